"""A view that stands in one table is on the page and is painted: no template and no script knows its name."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness, serving
from tests.browser.reader import choose, fill, open_explorer

pytestmark = pytest.mark.browser
SMALL = "?v=1&length=12&hidden=4"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Start the application with a view of the test's own."""
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
    expect(panel.locator("[data-reading]")).to_have_text(re.compile(r"^The loudest step is \d+ of 12\.$"))
    expect(panel.locator(".notes li")).to_have_text(["Measured by a toy."])
    panel.locator("[data-twin] summary").click()
    expect(panel.locator("[data-twin] tr")).to_have_count(13)
    with page.expect_download() as download:
        panel.get_by_role("button", name="as SVG").click()
    assert download.value.suggested_filename.startswith("unrolled-loudness-lstm")
    fill(page, "length", "9")
    expect(panel.locator("[data-reading]")).to_have_text(re.compile(r"of 9\.$"))
    assert "length=9" in (panel.locator('[data-link="npz"]').get_attribute("href") or "")
    choose(page, "model", "rnn")
    expect(panel).to_be_hidden()
    assert witness.errors == []
