"""Loss, credit and bias on the page: both panels draw, and what is tolerated moves the advice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, fill, open_explorer, query_of

pytestmark = pytest.mark.browser


def advised(page: Page) -> list[int]:
    """Read the K that are advised out of the drawing."""
    return page.evaluate(
        """() => document.querySelector("#bias [data-plot]")._fullData
          .filter((trace) => trace.name === "advised").map((trace) => trace.x[0])"""
    )


def near(page: Page, view: str) -> None:
    page.locator(f"#{view}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#{view} .frame.painted")


def test_both_panels_draw_and_the_tolerance_moves_the_advice(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&length=20&hidden=6")
    near(page, "credit")
    expect(page.locator("#credit [data-reading]")).to_contain_text("The loss of 19 steps is")
    expect(page.locator("#credit .notes")).to_contain_text("those of all pairs add up to 100 %")
    maps = "() => document.querySelector('#credit [data-plot]').querySelectorAll('.heatmaplayer .hm').length"
    assert page.evaluate(maps) >= 2
    near(page, "bias")
    before = advised(page)
    with page.expect_response(re.compile("/bias/figure.*tolerance=0.01")):
        fill(page, "tolerance", "0.01")
    expect(page.locator("#bias [data-reading]")).to_contain_text("For a bias of at most 0.01")
    page.wait_for_function("() => !document.querySelector('#bias.stale')")
    assert query_of(page) == {"v": "1", "length": "20", "hidden": "6", "tolerance": "0.01"}
    assert advised(page) != before
    assert max(advised(page)) <= 20
    expect(page.locator("#setting")).to_contain_text("bias up to 0.01")
    with page.expect_response(re.compile("/credit/figure.*loss=last")):
        choose(page, "loss", "last")
    near(page, "credit")
    expect(page.locator("#credit [data-reading]")).to_contain_text("The loss of step 19 is")
    assert witness.errors == []


def test_a_narrow_page_stacks_what_stands_beside_each_other(page: Page, witness: Witness) -> None:
    domains = """() => {
      const { xaxis, xaxis2, yaxis, yaxis2 } = document.querySelector("#credit [data-plot]")._fullLayout;
      return [xaxis, xaxis2, yaxis, yaxis2].map((axis) => axis.domain);
    }"""
    open_explorer(page, "/?v=1&length=12&hidden=4")
    near(page, "credit")
    left, right, _, beside = page.evaluate(domains)
    assert left[1] < right[0]
    assert beside == [0, 1]
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function("() => document.querySelector('#credit [data-plot]')._fullLayout.yaxis2.domain[1] < 0.5")
    upper, lower, top, _ = page.evaluate(domains)
    assert upper == lower == [0, 1]
    assert top[0] > 0.5
    assert witness.errors == []


def test_a_model_without_a_matrix_has_neither_panels_nor_controls(page: Page) -> None:
    open_explorer(page, "/?v=1&model=mlp")
    for place in ("#credit", "#bias", "#field-loss", "#field-tolerance"):
        expect(page.locator(place)).to_be_hidden()
