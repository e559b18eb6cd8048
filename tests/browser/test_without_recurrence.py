"""Models without a state and truncated networks on the page: pictures, sentences, and what is absent."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, fill, open_explorer, query_of

pytestmark = pytest.mark.browser


def test_attention_shows_outputs_by_inputs_and_a_gru_its_states_again(page: Page, witness: Witness) -> None:
    open_explorer(page)
    choose(page, "model", "attention")
    assert query_of(page) == {"v": "1", "model": "attention"}
    expect(page.locator("#verdict")).to_contain_text("in one step (path length 1)")
    expect(page.locator("#notes")).to_contain_text("carries no state")
    expect(page.locator("#readout")).to_contain_text("o32")
    expect(page.locator("#graph .node-embedding")).not_to_have_count(0)
    for panel in ("diagnosis", "saturation", "spectrum", "shortcuts"):
        expect(page.locator(f"#{panel}")).to_be_hidden()
    expect(page.locator("#field-key")).to_be_visible()
    expect(page.locator("#field-truncation")).to_be_hidden()
    choose(page, "model", "gru")
    assert query_of(page) == {"v": "1", "model": "gru"}
    expect(page.locator("#readout")).to_contain_text("h32")
    assert witness.errors == []


def test_a_link_to_a_model_without_a_state_is_what_the_controls_say(page: Page) -> None:
    open_explorer(page, "/?v=1&model=window&window=5")
    assert query_of(page) == {"v": "1", "model": "window", "window": "5"}
    expect(page.locator("#field-of")).to_have_value("o")
    expect(page.locator("#readout")).to_contain_text("leaves no trace")
    fill(page, "window", "40")
    expect(page.locator("#readout")).to_contain_text("Of a nudge to")


def test_a_cell_between_two_samples_has_its_readout_in_a_long_sequence(page: Page) -> None:
    open_explorer(page, "/?v=1&model=attention&length=400&resolution=20")
    page.locator("#jacobian").scroll_into_view_if_needed()
    page.wait_for_selector("#jacobian .frame.painted")
    expect(page.locator("#readout")).to_contain_text("lag 399: 10")


def test_truncated_values_are_drawn_and_described(page: Page, witness: Witness) -> None:
    open_explorer(page)
    choose(page, "truncation", "chunked")
    names = page.evaluate("""() => document.getElementById("triangle")._fullData.map((trace) => trace.name)""")
    assert {"cut", "border"} <= set(names)
    expect(page.locator("#readout")).to_contain_text("10−6.89")
    expect(page.locator("#readout")).to_contain_text("The truncation cuts it off")
    expect(page.locator("#notes")).to_contain_text("of 528 pairs (t, k) 144 are kept")
    expect(page.locator("#graph .edge-cut")).not_to_have_count(0)
    page.locator("#triangle").press("End")
    page.locator("#triangle").press("ArrowRight")
    page.locator("#triangle").press("ArrowLeft")
    for _ in range(40):
        page.locator("#triangle").press("ArrowRight")
    expect(page.locator("#readout")).not_to_contain_text("cuts it off")
    assert witness.errors == []
