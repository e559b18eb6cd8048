"""Choosing a cell of the triangle, with the mouse and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import choose, open_explorer, query_of, small_multiple

pytestmark = pytest.mark.browser


def click_cell(page: Page, t: int, k: int) -> None:
    """Click the middle of a cell of the default 32 by 32 picture."""
    place = page.evaluate(
        """([t, k]) => {
          const plot = document.getElementById("triangle");
          const { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          return [box.x + xaxis._offset + xaxis.d2p(k), box.y + yaxis._offset + yaxis.d2p(t)];
        }""",
        [t, k],
    )
    page.mouse.move(place[0] - 1, place[1] - 1)
    page.mouse.move(*place)
    page.mouse.click(*place)


def test_a_click_chooses_and_says_it(page: Page) -> None:
    open_explorer(page)
    click_cell(page, 20, 5)
    page.wait_for_function("() => location.search.includes('k=5')")
    assert query_of(page) == {"v": "1", "t": "20", "k": "5"}
    expect(page.locator("#readout")).to_contain_text("t = 20, k = 5, lag 15")
    expect(page.locator('#graph .node-end[data-step="20"]')).to_have_count(1)
    expect(page.locator('#graph .node-end[data-step="5"]')).to_have_count(1)


def test_arrow_keys_move_the_cell_and_announce_it(page: Page) -> None:
    open_explorer(page, "/?v=1&t=20&k=5")
    entries = page.evaluate("() => history.length")
    page.focus("#triangle")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert query_of(page) == {"v": "1", "t": "19", "k": "6"}
    expect(page.locator("#announce")).to_contain_text("t 19, k 6")
    page.keyboard.press("Home")
    page.keyboard.press("End")
    assert query_of(page)["t"] == "32"
    assert page.evaluate("() => history.length") == entries


def test_the_cell_never_leaves_the_triangle(page: Page) -> None:
    open_explorer(page, "/?v=1&t=6&k=5")
    page.focus("#triangle")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert query_of(page)["k"] == "6"
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    assert query_of(page)["t"] == "6"


def test_the_graph_s_states_choose_too(page: Page) -> None:
    open_explorer(page, "/?v=1&t=20&k=5")
    state = page.locator('#graph [data-step="6"]')
    state.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('k=6')")
    expect(page.locator('#graph .node-end[data-step="6"]')).to_have_count(1)
    assert page.evaluate("() => document.activeElement.dataset.step") == "6"


def test_a_shorter_sequence_drops_a_cell_beyond_its_end(page: Page) -> None:
    open_explorer(page, "/?v=1&t=30&k=20")
    small_multiple(page, "lengths", "16").click()
    page.wait_for_function("() => location.search.includes('length=16')")
    assert query_of(page) == {"v": "1", "length": "16"}
    expect(page.locator("#readout")).to_contain_text("t = 16, k = 1")


def test_the_factor_is_boxed_with_its_value(page: Page) -> None:
    open_explorer(page, "/?v=1&t=20&k=5")
    expect(page.locator("#factor .boxed math")).to_have_count(1)
    answer = page.request.get("/api/v1/jacobian?v=1&t=20&k=5").json()["factor"]
    expect(page.locator("#factor")).to_contain_text(f"{10 ** answer['log10_norm']:.3f}")
    choose(page, "activation", "sigmoid")
    answer = page.request.get("/api/v1/jacobian?v=1&t=20&k=5&activation=sigmoid").json()["factor"]
    expect(page.locator("#factor")).to_contain_text(f"{10 ** answer['log10_norm']:.3f}")


def test_a_cell_between_two_samples_keeps_its_size_after_another_was_chosen(page: Page) -> None:
    open_explorer(page, "/?v=1&length=5000&hidden=4&t=4001&k=3990")
    expect(page.locator("#readout strong")).to_contain_text(": 10")
    readout = page.inner_text("#readout")
    box = page.locator("#triangle .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.8 * box["height"])
    expect(page.locator("#readout")).not_to_have_text(readout)
    page.mouse.move(2, 2)
    expect(page.locator("#readout")).to_have_text(readout)


def test_five_digits_have_room_in_the_graph(page: Page) -> None:
    open_explorer(page, "/?v=1&length=20000&hidden=2&norm=frobenius&t=18000&k=17995")
    page.wait_for_selector("#graph .node")
    cramped = page.evaluate(
        """() => [...document.querySelectorAll("#graph .node:not(.node-fold)")].filter((node) => {
          const [body, text] = [".body", ".symbol"].map((part) => node.querySelector(part).getBBox().width);
          return text > body - 2;
        }).length"""
    )
    assert cramped == 0


@pytest.mark.parametrize("length", [32, 5000, 20000])
def test_the_name_of_an_axis_stands_beside_its_numbers(page: Page, length: int) -> None:
    open_explorer(page, f"/?v=1&length={length}&hidden=2&norm=frobenius")
    overlap = page.evaluate(
        """() => {
          const name = document.querySelector("#triangle .ytitle").getBoundingClientRect();
          const ticks = [...document.querySelectorAll("#triangle .ytick text")];
          return Math.max(...ticks.map((tick) => name.right - tick.getBoundingClientRect().left));
        }"""
    )
    assert overlap <= 0
    heat, bar = page.evaluate(
        """() => {
          const plot = document.getElementById("triangle");
          const bar = document.querySelector("#scale canvas").getBoundingClientRect().x;
          return [plot.getBoundingClientRect().x + plot._fullLayout.xaxis._offset, bar];
        }"""
    )
    assert abs(heat - bar) <= 1
