"""Modules of the scripts that draw, asked one by one in a browser: colours of pixels, and formulas."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def module(page: Page) -> Page:
    """Open a page that has nothing to do with what is asked."""
    page.goto("/nope")
    return page


SCALE = [[0, "#000000"], [0.5, "rgb(100, 100, 100)"], [1, "#ffffff"]]


def test_what_is_left_is_painted_lag_by_lag(module: Page) -> None:
    script = """async ([sizes, scale]) => {
      const canvas = document.createElement("canvas");
      (await import("/static/js/plots/colour.js")).paintFading(canvas, sizes, scale, [-6, 6]);
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, 1);
      return [canvas.width, canvas.height, Array.from(data).filter((_, index) => index % 4 === 0)];
    }"""
    width, height, greys = module.evaluate(script, [[0, -3, -6, None], SCALE])
    assert (width, height) == (4, 1)
    # 10^0 is the middle of the scale, 10^−6 its lower end; what is exactly zero has a grey of its own.
    assert greys == pytest.approx([100, 50, 0, 150], abs=1)


def test_a_small_triangle_is_one_pixel_a_cell(module: Page) -> None:
    script = """async ([sizes, scale, kept]) => {
      const canvas = document.createElement("canvas");
      (await import("/static/js/plots/colour.js")).paintTriangle(canvas, sizes, scale, [-6, 6], [9, 8, 7], kept);
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, index) => Array.from(data.slice(4 * index, 4 * index + 4)));
    }"""
    pixels = module.evaluate(script, [[[0, None], [None, 6]], SCALE, None])
    assert pixels == [[100, 100, 100, 255], [0, 0, 0, 0], [9, 8, 7, 255], [255, 255, 255, 255]]
    faint = module.evaluate(script, [[[0, None], [6, 6]], SCALE, [[True, False], [False, True]]])
    assert [pixel[3] for pixel in faint] == [255, 0, 71, 255]


def test_formulas_are_upright_where_they_are_words(module: Page) -> None:
    script = """async ([name, values]) => {
      const { left, boxed, right } = (await import("/static/js/text/mathml.js"))[name](...values);
      return [left, boxed, right].map((part) => part?.outerHTML ?? null);
    }"""
    left, boxed, right = module.evaluate(script, ["slopeFactor", [7]])
    assert left.count("<mn>7</mn>") == left.count("<mn>6</mn>") == 1
    assert '<mi mathvariant="normal">diag</mi><mo stretchy="false">(</mo>' in boxed
    assert "<mi>W</mi>" in boxed
    assert right is None
    _, boxed, right = module.evaluate(script, ["gateFactor", ["c", "f", 3, False]])
    assert "<mi>f</mi><mrow><mn>3</mn></mrow>" in boxed
    assert "⋯" in right
    assert module.evaluate(script, ["gateFactor", ["c", "f", 3, True]])[2] is None
    _, boxed, _ = module.evaluate(script, ["gateFactor", ["h", "1 − z", 3, True]])
    assert "<mn>1</mn><mo>−</mo><msub><mi>z</mi><mrow><mn>3</mn></mrow></msub>" in boxed
