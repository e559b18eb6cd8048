"""The panels below the main picture: requested in turn, stopped singly, retried after a fault, never out of date."""

import base64
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, open_explorer, small_multiple

pytestmark = pytest.mark.browser
SMALL = "/?v=1&length=12&hidden=6"
BUSY = {"title": "The server is busy", "status": 503, "detail": "All is taken: try again.", "errors": []}


def near(page: Page, view: str) -> None:
    """Scroll a panel into the window."""
    page.locator(f"#{view}").scroll_into_view_if_needed()


class Held:
    """Keeps the answers of some addresses back until they are let go."""

    def __init__(self, page: Page, view: str) -> None:
        self.page = page
        self.address = re.compile(rf"/api/v1/{view}(/figure|\.svg)?\?")
        page.route(self.address, lambda route: None)

    def let_go(self) -> None:
        self.page.unroute(self.address)


@pytest.mark.whole
def test_a_slow_panel_can_be_stopped_alone_and_resumed(page: Page, witness: Witness) -> None:
    held = Held(page, "spectrum")
    open_explorer(page, SMALL)
    near(page, "spectrum")
    card = page.locator("#spectrum .progress")
    expect(card).to_be_visible()
    expect(page.locator("#decay .progress")).to_be_hidden()
    with page.expect_event("requestfailed", lambda request: "/spectrum/figure" in request.url):
        card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Stopped.")
    expect(page.locator("#spectrum .frame.painted")).to_have_count(0)
    page.wait_for_selector("#jacobian .frame.painted")
    held.let_go()
    card.get_by_role("button", name="Go on").press("Enter")
    page.wait_for_selector("#spectrum .frame.painted")
    expect(card).to_be_hidden()
    assert page.evaluate("() => document.activeElement.id") == "spectrum"
    assert witness.errors == []


def test_what_was_stopped_follows_the_next_setting(page: Page) -> None:
    held = Held(page, "spectrum")
    open_explorer(page, SMALL)
    near(page, "spectrum")
    page.locator("#spectrum .progress").get_by_role("button", name="Cancel").click()
    held.let_go()
    choose(page, "activation", "relu")
    page.wait_for_selector("#spectrum .frame.painted")
    expect(page.locator("#spectrum .progress")).to_be_hidden()


def test_a_reader_who_saves_data_is_sent_only_panels_in_view(page: Page) -> None:
    open_explorer(page, SMALL)
    page.wait_for_selector("#graph .node")
    page.wait_for_timeout(500)
    expect(page.locator("#jacobian .frame.painted")).to_have_count(0)
    near(page, "jacobian")
    page.wait_for_selector("#jacobian .frame.painted")


def test_a_slow_panel_does_not_hold_up_one_that_comes_later(page: Page) -> None:
    Held(page, "graph")
    open_explorer(page, SMALL)
    expect(page.locator("#graph .progress")).to_be_visible()
    near(page, "jacobian")
    page.wait_for_selector("#jacobian .frame.painted")


def test_a_panel_that_failed_offers_another_try(page: Page) -> None:
    page.route(re.compile("/api/v1/decay/figure"), lambda route: route.fulfill(status=503, json=BUSY))
    open_explorer(page, SMALL)
    near(page, "decay")
    reading = page.locator("#decay [data-reading]")
    expect(reading).to_contain_text("All is taken: try again.")
    page.unroute_all()
    reading.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#decay .frame.painted")
    expect(reading).not_to_contain_text("All is taken")


def test_a_failed_panel_recovers_with_the_earlier_setting(page: Page) -> None:
    open_explorer(page, SMALL)
    near(page, "decay")
    page.wait_for_selector("#decay .frame.painted")
    reading = page.inner_text("#decay [data-reading]")
    address = re.compile("/api/v1/decay/figure.*activation=relu")
    page.route(address, lambda route: route.fulfill(status=503, json=BUSY))
    choose(page, "activation", "relu")
    expect(page.locator("#decay [data-reading]")).to_contain_text("All is taken")
    expect(page.locator("#decay.stale")).to_have_count(1)
    choose(page, "activation", "tanh")
    expect(page.locator("#decay [data-reading]")).to_have_text(reading)
    expect(page.locator("#decay.stale")).to_have_count(0)


def test_a_picture_that_cannot_be_read_is_a_fault_and_not_silence(page: Page) -> None:
    page.route(re.compile("/api/v1/decay/figure"), lambda route: route.fulfill(status=200, body='{"da'))
    open_explorer(page, SMALL)
    near(page, "decay")
    expect(page.locator("#decay [data-reading]")).to_contain_text("stopped in the middle")
    near(page, "jacobian")
    page.wait_for_selector("#jacobian .frame.painted")


def test_an_old_picture_stays_marked_however_often_the_new_one_fails(page: Page) -> None:
    open_explorer(page, SMALL)
    near(page, "decay")
    page.wait_for_selector("#decay .frame.painted")
    page.route(re.compile("/api/v1/decay/figure"), lambda route: route.fulfill(status=503, json=BUSY))
    choose(page, "activation", "relu")
    again = page.locator("#decay [data-reading]").get_by_role("button", name="Try again")
    for _ in range(2):
        with page.expect_response(re.compile("/api/v1/decay/figure")):
            again.click()
        expect(page.locator("#decay")).to_have_class(re.compile(r"\bstale\b"))
        expect(again).to_be_visible()
    choose(page, "activation", "sigmoid")
    expect(again).to_be_visible()
    expect(page.locator("#decay")).to_have_class(re.compile(r"\bstale\b"))


def test_a_table_is_never_that_of_an_older_setting(page: Page) -> None:
    waiting: list[Route] = []
    open_explorer(page, SMALL)

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(re.compile(r"/influence\.csv\?v=1&activation=relu&length=12"), hold)
    choose(page, "activation", "relu")
    page.click("#influence [data-twin] summary")
    page.wait_for_timeout(100)
    assert waiting
    page.fill("#field-length", "8")
    page.press("#field-length", "Tab")
    expect(page.locator("#influence [data-twin] .table-box caption")).to_have_text("36 rows.")
    for route in waiting:
        route.fulfill(body="t,k,log10_norm\n1,1,0\n", content_type="text/csv")
    page.wait_for_timeout(300)
    expect(page.locator("#influence [data-twin] .table-box caption")).to_have_text("36 rows.")


def test_a_table_that_cannot_be_fetched_says_why_and_is_requested_again(page: Page) -> None:
    open_explorer(page, SMALL)
    page.route(re.compile(r"/influence\.csv"), lambda route: route.fulfill(status=503, json=BUSY))
    page.click("#influence [data-twin] summary")
    expect(page.locator("#influence [data-twin] .table-box")).to_contain_text("All is taken: try again.")
    page.unroute_all()
    page.click("#influence [data-twin] summary")
    page.click("#influence [data-twin] summary")
    expect(page.locator("#influence [data-twin] .table-box caption")).to_have_text("78 rows.")


def test_a_file_that_cannot_be_written_is_reported(page: Page) -> None:
    open_explorer(page, SMALL)
    page.route(re.compile("/influence/figure"), lambda route: route.fulfill(status=503, json=BUSY))
    page.click('#influence [data-save="png"]')
    expect(page.locator("#influence .saves-said")).to_contain_text("All is taken: try again.")


@pytest.mark.whole
def test_the_rest_is_drawn_when_nothing_else_is_to_do(page: Page, witness: Witness) -> None:
    """A picture of the whole page, taken without scrolling, has every panel."""
    open_explorer(page, "/?v=1&length=8&hidden=3")
    page.wait_for_function("() => !document.querySelector('.panel:not(.needless) .frame:not(.painted)')")
    page.wait_for_function("() => document.querySelectorAll('#lengths .strip li').length >= 4")
    assert page.evaluate("() => scrollY") == 0
    assert blank(page) == []
    # While a control is moved, what is out of sight is left aside; afterwards it is there again, drawn anew.
    page.evaluate(
        """() => {
          window.aside = [];
          const far = document.querySelector("#spectrum");
          new MutationObserver(() => window.aside.push(getComputedStyle(far).contentVisibility))
            .observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
        }"""
    )
    with page.expect_response(re.compile("/spectrum/figure.*activation=relu")):
        choose(page, "activation", "relu")
    page.wait_for_function("() => window.aside.at(-1) === 'visible'")
    assert page.evaluate("() => window.aside") == ["auto", "visible"]
    assert blank(page) == []
    assert witness.errors == []


def test_a_page_whose_picture_was_refused_is_no_longer_dimmed(page: Page) -> None:
    open_explorer(page, "/?v=1&length=8&hidden=3")
    page.route(re.compile("/influence/figure"), lambda route: route.fulfill(status=503, json=BUSY))
    page.select_option("#field-activation", "relu")
    expect(page.locator("#problem")).to_contain_text("All is taken")
    page.wait_for_function("() => !document.documentElement.classList.contains('moving')")


def blank(page: Page) -> list[str]:
    """Name the panels of which a picture of the whole page shows nothing, or hardly more than words."""
    screenshot = base64.b64encode(page.screenshot(full_page=True)).decode()
    return page.evaluate(
        """async (whole) => {
          const image = new Image();
          image.src = `data:image/png;base64,${whole}`;
          await image.decode();
          const panels = [...document.querySelectorAll(".panel:not(.needless)")];
          return panels.filter((panel) => {
            const { x, y, width, height } = panel.getBoundingClientRect();
            const canvas = Object.assign(document.createElement("canvas"), { width, height });
            const brush = canvas.getContext("2d");
            brush.drawImage(image, x + scrollX, y + scrollY, width, height, 0, 0, width, height);
            const pixels = new Uint32Array(brush.getImageData(0, 0, width, height).data.buffer);
            return new Set(pixels).size < 100;
          }).map((panel) => panel.id);
        }""",
        screenshot,
    )


@pytest.mark.whole
def test_slow_panels_wait_until_they_are_in_view(page: Page) -> None:
    Held(page, "spectrum")
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.url))
    page.clock.install()
    open_explorer(page, SMALL)
    page.wait_for_function("() => document.querySelector('#saturation .frame.painted')")
    # So long a server may work on a panel out of view.
    with page.expect_event("requestfailed", lambda request: "/spectrum/figure" in request.url):
        page.clock.fast_forward(6000)
    page.clock.fast_forward(800)
    expect(page.locator("#spectrum .progress")).to_be_hidden()
    expect(page.locator("#jacobian .frame.painted")).to_have_count(0)
    near(page, "jacobian")
    page.wait_for_selector("#jacobian .frame.painted")


def test_small_triangles_have_the_colours_of_the_large_one(page: Page) -> None:
    open_explorer(page, f"{SMALL}&gain=0.3")
    canvas = small_multiple(page, "models", "rnn").locator("canvas")
    # The oldest state in the last row has faded: it is blue, not grey.
    red, green, blue, _ = canvas.evaluate(
        "(canvas) => Array.from(canvas.getContext('2d').getImageData(0, canvas.height - 1, 1, 1).data)"
    )
    assert blue > red + 30 or blue > green + 30
