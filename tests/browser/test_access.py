"""Ways in: without scripts, on a phone, by keyboard alone, with assistive technology; and what must never appear."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import CONTRAST, open_explorer, query_of, repainted, sizes

pytestmark = pytest.mark.browser
# One of each kind; the explorer with every control and nearly every panel, small: there is less to look through.
EVERY_PAGE = (
    "/?v=1&model=lstm&layers=2&hidden=3&of=c&length=12&from=2&to=9",
    "/docs",
    "/nowhere",
    "/?v=1&hidden=100000",
    "/?v=1&hidden=3&length=8&embed=1&hide=verdict,graph,diagnosis,facts,paths,credit,bias,jacobian,reading,share",
)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_axe_finds_nothing_in_either_theme(page: Page, path: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("""() => {
          const folds = document.querySelectorAll("details:not(.twin), #graph .twin");
          folds.forEach((details) => { details.open = true; });
          dispatchEvent(new Event("beforeprint"));
          dispatchEvent(new Event("afterprint"));
        }""")
    page.wait_for_load_state("networkidle")
    # Of what repeats, the first ones stand for all.
    where: Any = {"include": [["html"]], "exclude": [["tbody tr:nth-child(n+6)"], ["li:nth-child(n+6)"]]}
    report = Axe().run(page, where)
    assert report.violations_count == 0, f"light: {report.generate_report()}"
    # The other theme differs in its colours alone.
    page.emulate_media(color_scheme="dark")
    report = Axe().run(page, where, CONTRAST)
    assert report.violations_count == 0, f"dark: {report.generate_report()}"


def test_nothing_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    open_explorer(page, "/?v=1&length=12&hidden=6")
    page.click("#checks summary")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.wait_for_load_state("networkidle")
    for width in (360, 768, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        # Drawings follow their frames a moment later.
        page.wait_for_function(
            "(width) => innerWidth === width && document.documentElement.scrollWidth <= width", arg=width
        )


def test_the_controls_unfold_on_a_phone(chromium: Browser, site: str) -> None:
    page = chromium.new_page(base_url=site, viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    try:
        open_explorer(page)
        expect(page.locator("#field-activation")).to_be_hidden()
        page.tap("#fold")
        with repainted(page):
            page.select_option("#field-activation", "relu")
        assert query_of(page)["activation"] == "relu"
    finally:
        page.close()


def test_without_scripts_the_form_the_verdict_the_table_and_a_picture_remain(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/?v=1&length=12")
        first = page.inner_text("#verdict")
        assert first.strip()
        expect(page.locator("#influence table tbody tr")).to_have_count(12)
        loaded = page.request.get(str(page.get_attribute("#triangle-image", "src")))
        assert loaded.headers["content-type"] == "image/png"
        page.select_option("#field-activation", "sigmoid")
        page.fill("#field-length", "9")
        page.get_by_role("button", name="Draw").click()
        assert query_of(page)["activation"] == "sigmoid"
        expect(page.locator("#influence table tbody tr")).to_have_count(9)
        assert page.inner_text("#verdict") != first
        page.fill("#field-hidden", "0")
        page.get_by_role("button", name="Draw").click()
        expect(page.locator("#field-hidden-error")).to_be_visible()
        expect(page.locator("#field-hidden")).to_have_value("0")
    finally:
        context.close()


def test_the_keyboard_alone_does_everything(page: Page) -> None:
    open_explorer(page)
    focused = []
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    for _ in range(60):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("() => document.activeElement.id || document.activeElement.dataset.for || ''"))
        if "triangle" in focused:
            break
    for stop in (
        "theme",
        "field-activation",
        "field-hidden",
        "field-gain",
        "field-input",
        "field-length",
        "field-seed",
        "triangle",
    ):
        assert stop in focused, f"{stop} is not reached by Tab; reached: {focused}"
    page.keyboard.press("ArrowRight")
    assert query_of(page)["k"] == "2"
    page.focus("#field-activation")
    before = sizes(page)
    with repainted(page):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    assert sizes(page) != before


def test_nothing_offers_to_upload_the_chart(page: Page) -> None:
    open_explorer(page)
    page.locator("#decay").scroll_into_view_if_needed()
    page.wait_for_selector("#decay .frame.painted")
    page.hover("#decay .plot")
    titles = page.evaluate("() => [...document.querySelectorAll('.modebar-btn')].map((button) => button.dataset.title)")
    assert titles
    assert not [
        title for title in titles if "cloud" in title.lower() or "studio" in title.lower() or "plotly" in title.lower()
    ]


def test_the_policy_lets_the_plots_be_drawn_sharply(page: Page, witness: Witness) -> None:
    """The policy's hashes are bound to the vendored plotting library: a wrong one blurs the map and logs an error."""
    open_explorer(page)
    page.hover("#triangle")
    rendering = page.evaluate(
        "() => getComputedStyle(document.querySelector('#triangle .heatmaplayer image')).imageRendering"
    )
    assert rendering == "pixelated"
    assert page.evaluate("() => document.querySelectorAll('style').length") == 0
    assert witness.errors == []


def test_the_theme_can_be_turned_and_stays(page: Page) -> None:
    open_explorer(page)
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    turned = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert turned != paper
    page.reload()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == turned


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_the_page_is_drawn(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(
        """
        window.moved = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        """
    )
    open_explorer(page)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.moved") < 0.005


def test_what_is_wider_than_a_phone_shows_that_there_is_more(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/docs")
    plain = page.evaluate(
        """() => [...document.querySelectorAll(".docs pre, .docs .scroller")]
          .filter((box) => getComputedStyle(box).backgroundImage === "none").length"""
    )
    assert plain == 0
    grounds = page.evaluate("() => getComputedStyle(document.querySelector('.docs pre')).backgroundColor")
    assert grounds != page.evaluate("() => getComputedStyle(document.body).backgroundColor")


def test_the_numbers_of_an_axis_do_not_run_into_each_other_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    open_explorer(page, "/?v=1&model=lstm&layers=2")
    page.locator("#diagnosis").scroll_into_view_if_needed()
    page.wait_for_selector("#diagnosis .frame.painted")
    gaps = page.evaluate(
        """() => {
          const ticks = [...document.querySelectorAll("#diagnosis .xtick text")];
          const boxes = ticks.map((tick) => tick.getBoundingClientRect());
          return boxes.slice(1).map((box, index) => box.left - boxes[index].right);
        }"""
    )
    assert gaps
    assert min(gaps) > 0
