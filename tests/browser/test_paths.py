"""The table of paths and gradients: a row a model, out of the answer that is drawn beneath it, on any screen."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, open_explorer
from unrolled.core.models import MODELS

pytestmark = pytest.mark.browser
ROWS = "#paths table.paths tbody tr"


def near(page: Page) -> None:
    """Scroll to the panel and wait until it is drawn."""
    page.locator("#paths").scroll_into_view_if_needed()
    page.wait_for_selector("#paths .frame.painted")


def test_the_table_has_a_row_for_every_model_with_the_numbers_of_the_answer(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&length=12&hidden=6&window=5")
    with page.expect_response(re.compile("/paths/figure")) as response:
        near(page)
    table = response.value.json()["layout"]["meta"]["table"]
    expect(page.locator(ROWS)).to_have_count(len(MODELS))
    for place, model in enumerate(table["models"]):
        row = page.locator(ROWS).nth(place)
        expect(row.locator("th")).to_have_text(model["label"])
        cells = [text.split("\n")[0].replace(",", "") for text in row.locator("td").all_inner_texts()]
        assert len(cells) == 5 + len(table["told"])
        longest = model["max_path_length"]
        assert cells[:2] == ["none" if longest is None else str(longest), str(model["reach"])]
        for cell, shown in zip(model["cells"], cells[2:-3], strict=True):
            size = cell["log10_norm"]
            assert shown == ("0" if size is None else f"10{size:.2f}".replace("-", "−"))
        counts = [model[name] for name in ("sequential_operations", "multiply_adds", "parameters")]
        assert cells[-3:] == list(map(str, counts))
    expect(page.locator(f"{ROWS}[aria-current] th")).to_have_text("vanilla RNN")
    expect(page.locator("#paths [data-reading]")).to_contain_text("11 steps through the RNN")
    assert witness.errors == []


def test_a_truncation_ends_the_path_in_the_table(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&length=12&hidden=6")
    near(page)
    with page.expect_response(re.compile("/paths/figure.*truncation=sliding")):
        choose(page, "truncation", "sliding")
    expect(page.locator(ROWS).first).to_contain_text("cut off")
    expect(page.locator("#paths .notes")).to_contain_text("The size in brackets is what it cuts off.")
    assert witness.errors == []


def test_a_question_for_the_model_is_not_answered_by_its_row(page: Page) -> None:
    open_explorer(page, "/?v=1&length=12&hidden=6&hide=model")
    near(page)
    expect(page.locator(ROWS)).to_have_count(len(MODELS))
    expect(page.locator(f"{ROWS}[aria-current]")).to_have_count(0)


def test_a_phone_scrolls_the_table_inside_its_box_and_keeps_the_names(chromium: Browser, site: str) -> None:
    page = chromium.new_page(base_url=site, viewport={"width": 360, "height": 800})
    try:
        open_explorer(page, "/?v=1&length=1000&hidden=6")
        near(page)
        box = page.locator("#paths .paths-box")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
        assert box.evaluate("(each) => each.scrollWidth > each.clientWidth")
        left = "(each) => each.getBoundingClientRect().left"
        name, count = page.locator(f"{ROWS} th").first, page.locator(f"{ROWS} td").first
        before = name.evaluate(left), count.evaluate(left)
        box.evaluate("(each) => each.scrollTo(200, 0)")
        assert (name.evaluate(left), count.evaluate(left)) == (before[0], before[1] - 200)
    finally:
        page.close()
