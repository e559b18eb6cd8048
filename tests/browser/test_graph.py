"""The unrolled graph answers: a line says its local derivative, by pointer and by key, for every model."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import open_explorer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("query", "ends", "says"),
    [
        ("length=4", "a3 h3", "∂h3/∂a3 = diag φ′(a3): size 10"),
        ("model=lstm&length=4", "h1 f2", "∂f2/∂h1 = diag(f2 (1 − f2)) Uf: size 10"),
        ("model=gru&length=4", "h2 h3", "∂h3/∂h2 = diag(z3), the gates held fixed: size 10"),
        ("model=attention&length=4", "e2 m4", "∂m4/∂e2 = α (Wv + (v2 − m4) q4ᵀ Wk/√d): size 10"),
        ("model=window&window=3&length=4", "x2 h4", "∂h4/∂x2 = diag φ′(a4) W0, columns of lag 2: size 10"),
        ("model=mlp&length=4", "h4 out4", "∂o4/∂h4 = Wo: size "),
    ],
)
def test_a_line_says_its_local_derivative(page: Page, witness: Witness, query: str, ends: str, says: str) -> None:
    open_explorer(page, f"/?v=1&{query}")
    line = page.locator(f'#graph [data-ends="{ends}"]')
    line.locator(".hit").dispatch_event("pointerover", {"bubbles": True})
    expect(page.locator("#graph .edge-said")).to_contain_text(says)
    expect(page.locator("#graph .edge-told")).to_have_count(1)
    assert witness.errors == []


def test_the_arrow_keys_walk_along_the_path(page: Page) -> None:
    open_explorer(page, "/?v=1&length=4")
    expect(page.locator("#graph .edge-said")).to_contain_text("Point at a line")
    page.locator("#graph-drawing").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#graph .edge-said")).to_contain_text("∂a2/∂h1 = Whh")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#graph .edge-said")).to_contain_text("∂h2/∂a2")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#graph .edge-said")).to_contain_text("∂a2/∂h1 = Whh")


def test_an_output_of_a_model_without_recurrence_is_chosen_in_the_graph(page: Page) -> None:
    open_explorer(page, "/?v=1&model=attention&length=6")
    page.locator('#graph [data-step="3"]').click()
    page.wait_for_function("() => location.search.includes('k=3')")
    expect(page.locator("#graph .node-input.node-end .index")).to_have_text("3")


def test_the_graph_is_saved_for_graphviz(page: Page) -> None:
    open_explorer(page, "/?v=1&length=4&model=lstm")
    with page.expect_download() as saved:
        page.locator('#graph [data-link="dot"]').click()
    assert saved.value.suggested_filename == "unrolled-graph.dot"
    assert saved.value.path().read_text(encoding="utf-8").startswith("digraph unrolled {")


def test_a_drawing_is_never_wider_than_its_box_can_scroll(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_explorer(page, "/?v=1&length=4&model=gru&layers=3&wrt=x")
    page.locator("#graph").scroll_into_view_if_needed()
    page.wait_for_selector("#graph .graph-wide")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#graph-drawing")
    assert box.evaluate("(box) => box.scrollWidth > box.clientWidth")
