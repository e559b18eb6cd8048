"""A file of the reader's own numbers: a note states what was read, and ambiguous files are refused."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.reader import open_explorer, query_of, repainted

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reader(chromium: Browser, site: str) -> Iterator[Page]:
    """Open one page for all files."""
    page = chromium.new_page(base_url=site)
    page.set_default_timeout(PATIENCE_MS)
    open_explorer(page, "/?v=1&length=8&hidden=4")
    yield page
    page.close()


def give(page: Page, text: str) -> None:
    """Choose a file with this text."""
    page.set_input_files("#series-file", {"name": "own.csv", "mimeType": "text/csv", "buffer": text.encode()})


@pytest.mark.parametrize(
    ("text", "series", "note"),
    [
        ("day,price\n1,2.5\n2,-3\n3,1e-2\n", "2.5,-3,0.01", "3 numbers of column 2 of 2, “price”. The first is 2.5, "),
        ("a;b\n1;1,5\n2;2,5\n", "1.5,2.5", "2 columns hold numbers; the last of them is taken. A comma was read as"),
        ("\ufeff1,2,3\n", "1,2,3", "3 numbers of the one row. The first is 1, the last 3."),
        ("x\n\u22127\n", "-7", "1 number of column 1 of 1, “x”. It is \u22127."),
        ("1\n2\nzwei\n", "1,2", "1 cell is no number and was passed over."),
        ("0.5 1\n1.5 3\n", "1,3", "2 numbers of column 2 of 2."),
    ],
)
def test_a_file_is_read_and_a_note_states_what_was_read(reader: Page, text: str, series: str, note: str) -> None:
    with repainted(reader):
        give(reader, text)
    expect(reader.locator("#series-note")).to_contain_text(note)
    assert query_of(reader)["series"] == series


@pytest.mark.parametrize("text", ["1,5\n2,5\n3,5\n", "price\n1,5\n2\n", "1,5 2,5\n", "1,5"])
def test_commas_with_two_meanings_are_refused(reader: Page, text: str) -> None:
    before = reader.url
    reader.evaluate("() => { document.getElementById('series-note').textContent = ''; }")
    give(reader, text)
    expect(reader.locator("#series-note")).to_contain_text("Write decimals with a point")
    assert reader.url == before


def test_numbers_are_typed_where_they_are_the_input(reader: Page) -> None:
    fields = reader.locator(
        '#controls [data-field="text"], #controls [data-field="series"], #controls [data-input="sound"]'
    )
    reader.select_option("#field-input", "noise")
    expect(fields.locator("visible=true")).to_have_count(0)
    reader.select_option("#field-input", "series")
    expect(reader.locator("#field-series")).to_be_visible()
    with repainted(reader):
        reader.fill("#field-series", "1; 2 -3.5\n4")
        reader.press("#field-series", "Tab")
    assert query_of(reader)["series"] == "1,2,-3.5,4"
