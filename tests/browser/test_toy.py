"""A view and a field of the query that stand in their tables are on the pages: no template and no script knows them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness, serving
from tests.browser.reader import choose, fill, open_explorer, query_of

pytestmark = pytest.mark.browser
SMALL = "?v=1&length=12&hidden=4"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Start the application with a view and a field of the test's own."""
    with serving("tests.toy") as address:
        yield address


def test_a_view_of_ones_own_is_painted_follows_the_controls_and_goes_with_its_models(
    page: Page, witness: Witness
) -> None:
    open_explorer(page, f"/{SMALL}&model=lstm")
    panel = page.locator("#loudness")
    panel.scroll_into_view_if_needed()
    page.wait_for_selector("#loudness .frame.painted")
    expect(panel.locator("h2")).to_have_text("How loud is every step?")
    expect(panel.locator("[data-reading]")).to_have_text(re.compile(r"^The loudest step is \d+ of 12: "))
    expect(panel.locator(".notes li")).to_have_text(["Measured by a toy."])
    panel.locator("[data-twin] summary").click()
    expect(panel.locator("[data-twin] tr")).to_have_count(13)
    with page.expect_download() as download:
        panel.get_by_role("button", name="as SVG").click()
    assert download.value.suggested_filename.startswith("unrolled-loudness-lstm")
    fill(page, "length", "9")
    expect(panel.locator("[data-reading]")).to_have_text(re.compile(r"of 9: "))
    assert "length=9" in (panel.locator('[data-link="npz"]').get_attribute("href") or "")
    choose(page, "model", "rnn")
    expect(panel).to_be_hidden()
    assert witness.errors == []


def test_a_field_of_ones_own_is_a_control_that_writes_the_link_and_asks_again(page: Page, witness: Witness) -> None:
    open_explorer(page, f"/{SMALL}&model=lstm&input=constant")
    group = page.get_by_role("group", name="Toys")
    expect(group.get_by_label("Echo", exact=True)).to_have_value("0.5")
    expect(group.locator("input[type=range]")).to_be_visible()
    group.locator("summary").click()
    expect(group.locator("#field-echo-help")).to_have_text("How much of every step is heard again. Above 0, at most 4.")
    page.locator("#loudness").scroll_into_view_if_needed()
    reading = page.locator("#loudness [data-reading]")
    expect(reading).to_contain_text("of 12: 0.5")
    fill(page, "echo", "2")
    expect(reading).to_contain_text("of 12: 2")
    assert query_of(page)["echo"] == "2"
    expect(page.locator("#setting")).to_contain_text("echo 2")
    page.go_back()
    expect(reading).to_contain_text("of 12: 0.5")
    page.fill("#field-echo", "9")
    page.press("#field-echo", "Tab")
    expect(group.locator(".fault")).to_contain_text("echo is “9”; give a number above 0, up to 4.")
    group.get_by_role("button", name="echo = 4").click()
    expect(reading).to_contain_text("of 12: 4")
    choose(page, "model", "rnn")
    expect(group).to_be_hidden()
    assert [error for error in witness.errors if "422" not in error] == []


def test_a_field_of_ones_own_can_run_along_an_axis(page: Page, witness: Witness) -> None:
    page.goto("/compare?v=1&rows=echo&row_values=1,2&columns=length&column_values=5&model=gru&hidden=2")
    page.wait_for_function("() => performance.getEntriesByName('unrolled:compare').length > 0")
    expect(page.locator("#grid tbody th")).to_have_text(["echo 1", "echo 2"])
    expect(page.locator('#controls [data-field="echo"]')).to_be_hidden()
    page.select_option("#field-rows", "activation")
    expect(page.locator("#grid tbody th").first).to_have_text("tanh")
    assert "rows=activation" in page.url
    page.locator("details.common > summary").click()
    expect(page.locator('#controls [data-field="echo"]')).to_be_visible()
    assert witness.errors == []


def test_a_field_of_ones_own_is_described(page: Page) -> None:
    options = page.request.get("/api/v1/options").json()
    (listed,) = [row for row in options["fields"] if row["name"] == "echo"]
    assert listed == {
        "name": "echo", "label": "Echo", "help": "How much of every step is heard again.", "type": "number",
        "default": 0.5, "above": 0, "maximum": 4, "step": 0.1,
    }  # fmt: skip
    parameters = page.request.get("/openapi.json").json()["components"]["parameters"]
    assert parameters["echo"]["schema"]["exclusiveMinimum"] == 0
    docs = page.request.get("/docs").text()
    assert "number, above 0, at most 4" in docs
    assert "How loud is every step?" in docs
    assert page.request.get("/api/v1/influence?echo=0").status == 422
