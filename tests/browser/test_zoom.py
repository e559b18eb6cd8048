"""Zooming into a part of the triangle, and back out."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import fill, open_explorer, query_of, repainted

pytestmark = pytest.mark.browser
LONG = "/?v=1&length=600&hidden=4"


def grid(page: Page) -> tuple[list[int], list[int]]:
    """Return the columns k and the rows t that are painted."""
    k, t = page.evaluate(
        """() => {
          const [map] = document.getElementById("triangle")._fullData;
          return [Array.from(map.x), Array.from(map.y)];
        }"""
    )
    return k, t


def drag(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Drag a rectangle, its corners given as shares of the plot."""
    box = page.locator("#triangle .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    for share in (0.3, 0.7, 1.0):
        x, y = left + share * (right - left), top + share * (bottom - top)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.up()


def test_a_dragged_rectangle_is_fetched_as_finely_as_it_goes_and_back_leads_out(page: Page, witness: Witness) -> None:
    open_explorer(page, LONG)
    columns, rows = grid(page)
    assert rows[1] - rows[0] > 1
    expect(page.locator("#notes")).to_contain_text("every 5th step")
    with repainted(page):
        drag(page, 0.3, 0.6, 0.45, 0.75)
    closer_columns, closer_rows = grid(page)
    assert {right - left for left, right in pairwise(closer_columns)} == {1}
    assert {right - left for left, right in pairwise(closer_rows)} == {1}
    query = query_of(page)
    assert [closer_columns[0], closer_columns[-1]] == [int(query["from"]), int(query["until"])]
    assert [closer_rows[0], closer_rows[-1]] == [int(query["since"]), int(query["to"])]
    expect(page.locator("#notes")).to_contain_text("every single step")
    with repainted(page):
        page.go_back()
    assert grid(page) == (columns, rows)
    assert witness.errors == []


def test_the_button_shows_the_whole_sequence(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&to=200")
    button = page.get_by_role("button", name="Whole sequence")
    with repainted(page):
        button.click()
    assert query_of(page) == {"v": "1", "length": "600", "hidden": "4"}
    expect(button).to_be_hidden()


def test_a_double_click_leads_out(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&to=200")
    box = page.locator("#triangle .nsewdrag").first.bounding_box()
    assert box is not None
    with repainted(page):
        page.mouse.dblclick(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    assert not query_of(page).keys() & {"from", "until", "since", "to"}


def test_keys_look_closer_at_the_chosen_cell_and_out_again(page: Page) -> None:
    open_explorer(page, f"{LONG}&t=400&k=200")
    page.focus("#triangle")
    with repainted(page):
        page.keyboard.press("+")
    columns, rows = grid(page)
    assert columns[0] < 200 < columns[-1]
    assert rows[0] < 400 < rows[-1]
    assert rows[-1] - rows[0] < 320
    with repainted(page):
        page.keyboard.press("-")
    with repainted(page):
        page.keyboard.press("+")
    with repainted(page):
        page.keyboard.press("0")
    assert query_of(page) == {"v": "1", "length": "600", "hidden": "4", "t": "400", "k": "200"}


def test_where_there_is_no_path_there_is_nothing_to_look_at(page: Page) -> None:
    open_explorer(page, LONG)
    before = page.url
    drag(page, 0.7, 0.25, 0.85, 0.4)
    page.wait_for_timeout(400)
    assert page.url == before
    ranges = page.evaluate("() => document.getElementById('triangle')._fullLayout.xaxis.range")
    assert ranges[1] - ranges[0] >= 599


def test_a_shorter_sequence_drops_a_window_beyond_its_end(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&to=200")
    fill(page, "length", "150")
    assert query_of(page) == {"v": "1", "length": "150", "hidden": "4"}


def test_arrow_keys_move_inside_the_window(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&until=140&since=300&to=340&t=320&k=120")
    page.focus("#triangle")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert query_of(page)["k"] == "121"
    assert query_of(page)["t"] == "319"
    page.keyboard.press("Home")
    assert query_of(page)["k"] == "100"


def test_a_double_click_that_leads_out_leaves_the_chosen_cell_alone(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&to=200&t=150&k=120")
    box = page.locator("#triangle .nsewdrag").first.bounding_box()
    assert box is not None
    with repainted(page):
        page.mouse.dblclick(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    page.wait_for_timeout(400)
    assert query_of(page) == {"v": "1", "length": "600", "hidden": "4", "t": "150", "k": "120"}
    with repainted(page):
        page.go_back()
    assert query_of(page)["t"] == "150"


def test_a_double_click_where_there_is_no_window_chooses_as_one_click_does(page: Page) -> None:
    open_explorer(page)
    box = page.locator("#triangle .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    page.wait_for_function("() => location.search.includes('k=')")
    assert query_of(page).keys() == {"v", "t", "k"}


def test_a_window_without_a_cell_begins_with_one_that_is_in_it(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&until=140&since=300&to=340")
    expect(page.locator("#readout")).to_contain_text("t = 340, k = 100, lag 240: 10")
    expect(page.locator('#graph .node-end[data-step="340"]')).to_have_count(1)
    expect(page.locator('#graph .node-end[data-step="100"]')).to_have_count(1)


def test_a_cell_outside_the_window_is_reported_and_moves_inside_by_key(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&until=140&since=300&to=340&t=500&k=20")
    expect(page.locator("#readout")).to_contain_text("t = 500, k = 20")
    expect(page.locator("#readout")).to_contain_text("outside of the window")
    assert "outside of the window" in str(page.get_attribute("#triangle", "aria-label"))
    page.focus("#triangle")
    page.keyboard.press("ArrowUp")
    assert (query_of(page)["t"], query_of(page)["k"]) == ("340", "100")
    expect(page.locator("#readout")).not_to_contain_text("outside of the window")


def test_a_cell_outside_a_new_window_is_dropped(page: Page) -> None:
    open_explorer(page, f"{LONG}&t=400&k=200")
    page.click(".more > summary")
    fill(page, "to", "300")
    assert query_of(page) == {"v": "1", "length": "600", "hidden": "4", "to": "300"}
    expect(page.locator("#readout")).to_contain_text("t = 300, k = 1")


def test_a_cell_that_a_new_window_holds_stays_chosen(page: Page) -> None:
    open_explorer(page, f"{LONG}&t=400&k=200")
    page.click(".more > summary")
    fill(page, "to", "450")
    assert (query_of(page)["t"], query_of(page)["k"]) == ("400", "200")


def test_the_smallest_window_cannot_be_zoomed_further(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=100&until=101&since=300&to=301")
    page.focus("#triangle")
    before = page.url
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    assert page.url == before


@pytest.mark.parametrize("method", ["whole", "in"])
def test_a_button_that_disappears_hands_the_focus_to_the_triangle(page: Page, method: str) -> None:
    open_explorer(page, f"{LONG}&from=100&until=107&since=300&to=307")
    page.focus(f'[data-zoom="{method}"]')
    with repainted(page):
        page.keyboard.press("Enter")
    expect(page.locator(f'[data-zoom="{method}"]:enabled:visible')).to_have_count(0)
    assert page.evaluate("() => document.activeElement.id") == "triangle"


def test_a_picture_of_an_older_setting_is_not_cut(page: Page) -> None:
    open_explorer(page, "/?v=1&length=100&hidden=4")
    page.route("**/influence/figure?*", lambda route: None)
    page.fill("#field-length", "60")
    page.press("#field-length", "Tab")
    page.wait_for_function("() => location.search.includes('length=60')")
    before = page.url
    drag(page, 0.1, 0.6, 0.3, 0.9)
    page.wait_for_timeout(300)
    assert page.url == before
    ranges = page.evaluate("() => document.getElementById('triangle')._fullLayout.xaxis.range")
    assert ranges[1] - ranges[0] >= 99


def test_looking_closer_halves_rows_and_columns_around_the_cell(page: Page) -> None:
    open_explorer(page, f"{LONG}&from=101&to=200&t=160&k=140")
    with repainted(page):
        page.get_by_role("button", name="Zoom in").click()
    k, t = grid(page)
    assert (k[0], k[-1], t[0], t[-1]) == (115, 164, 135, 184)
