"""The story of the comparison: fill, sort, open a tile, come back, change, stop."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import CONTRAST, query_of

pytestmark = pytest.mark.browser
SMALL = "/compare?v=1&hidden=6&rows=model&row_values=rnn,lstm&columns=length&column_values=8,16,32"
LARGE = "/compare?v=1&length=1000&hidden=96&rows=seed&row_values=0,1,2&columns=gain&column_values=0.9,1.1"
SHIFTS = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def filled(page: Page, count: int) -> None:
    expect(page.locator("#grid a.tile canvas")).to_have_count(count)
    expect(page.locator("#filling")).to_have_attribute("data-state", "")
    expect(page.locator("#numbers tbody tr")).to_have_count(count)


def test_a_grid_fills_is_sorted_and_a_tile_opens_and_comes_back(page: Page, witness: Witness) -> None:
    page.goto(SMALL)
    filled(page, 6)
    expect(page.locator("#verdict")).to_contain_text("Of 6 networks")
    page.click('#numbers th[data-key="flops"] button')
    expect(page.locator('#numbers th[data-key="flops"]')).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#numbers tbody th").first).to_have_text("vanilla RNN at T = 8")
    page.press('#numbers th[data-key="flops"] button', "Enter")
    expect(page.locator('#numbers th[data-key="flops"]')).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#numbers tbody th").first).to_have_text("LSTM at T = 32")
    page.locator("#grid a.tile").nth(3).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#triangle-frame.painted")
    assert query_of(page) == {"v": "1", "model": "lstm", "length": "16", "hidden": "6"}
    page.go_back()
    filled(page, 6)
    assert witness.errors == []
    assert witness.strangers == []


def test_a_changed_axis_is_in_the_address_and_back_restores_it(page: Page) -> None:
    page.goto(SMALL)
    filled(page, 6)
    page.click('[data-axis="columns"] .chip[data-value="32"]')
    filled(page, 4)
    assert query_of(page)["column_values"] == "8,16"
    page.select_option("#field-columns", "gain")
    filled(page, 10)
    expect(page.locator("#field-column_values")).to_have_value("0.5,0.75,1,1.25,1.5")
    page.go_back()
    filled(page, 4)
    expect(page.locator("#field-columns")).to_have_value("length")
    page.click("#swap")
    expect(page.locator("#grid tbody tr")).to_have_count(2)
    expect(page.locator("#grid tbody th").first).to_have_text("T = 8")


def test_a_refused_value_is_reported_at_its_field_and_a_valid_one_clears_the_fault(page: Page) -> None:
    page.goto(SMALL)
    filled(page, 6)
    page.fill("#field-row_values", "rnn,lst")
    expect(page.locator("#field-row_values-error")).to_contain_text("Did you mean lstm?")
    page.fill("#field-row_values", "rnn,gru")
    expect(page.locator("#field-row_values-error")).to_be_hidden()
    expect(page.locator("#grid tbody th").last).to_have_text("GRU")


def test_a_long_comparison_is_stopped_and_resumed(page: Page) -> None:
    page.goto(LARGE)
    expect(page.locator("#filling")).to_have_attribute("data-state", "filling")
    page.click("#stop")
    expect(page.locator("#filling-said")).to_contain_text("Stopped")
    page.click("#stop")
    filled(page, 6)


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_only_the_grid_scrolls_sideways_and_nothing_moves_while_it_fills(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    page.goto("/compare")
    filled(page, 32)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate("() => window.moved") < 0.02


def test_axe_finds_nothing_in_either_theme(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{SMALL}&of=c")
    filled_some = page.locator("#grid a.tile canvas")
    expect(filled_some).to_have_count(3)
    expect(page.locator("#filling")).to_have_attribute("data-state", "")
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    report = Axe().run(page)
    assert report.violations_count == 0, f"light: {report.generate_report()}"
    page.emulate_media(color_scheme="dark")
    report = Axe().run(page, options=CONTRAST)
    assert report.violations_count == 0, f"dark: {report.generate_report()}"


def test_without_scripts_there_are_a_form_and_a_table(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(SMALL)
        expect(page.locator("#numbers tbody tr")).to_have_count(6)
        page.fill("#field-column_values", "5")
        page.click("button[type=submit]")
        expect(page.locator("#numbers tbody tr")).to_have_count(2)
    finally:
        context.close()


def test_the_curves_of_a_grid_have_a_key_of_colours_and_dashes_and_bands_over_seeds(page: Page) -> None:
    page.goto(f"{SMALL}&seeds=3")
    filled(page, 6)
    page.locator("#curves").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('#curves')?._fullData?.length > 0")
    traces = page.evaluate(
        """() => document.querySelector("#curves")._fullData
          .map(({ name, fill, showlegend }) => ({ name, fill, showlegend }))"""
    )
    assert sum(trace["fill"] == "toself" for trace in traces) == 6
    assert [trace["name"] for trace in traces if trace["showlegend"]] == [
        "vanilla RNN",
        "LSTM",
        "T = 8",
        "T = 16",
        "T = 32",
    ]
