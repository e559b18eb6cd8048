"""Drawings in their frames: as wide, in the colours of the moment, on the screen and on paper."""

import pytest
from playwright.sync_api import Page

from tests.browser.reader import choose, open_explorer

pytestmark = pytest.mark.browser
SMALL = "/?v=1&length=12&hidden=6"


def near(page: Page, view: str) -> None:
    """Scroll a panel into the window."""
    page.locator(f"#{view}").scroll_into_view_if_needed()


# Whether a drawing is as wide as its frame.
FILLS = """(view) => {
  const frame = document.querySelector(`#${view} .frame`).clientWidth;
  return Math.abs(frame - Number(document.querySelector(`#${view} .main-svg`).getAttribute("width"))) <= 1;
}"""


def test_a_panel_that_comes_back_fills_its_frame(page: Page) -> None:
    open_explorer(page, "/?v=1&model=lstm&length=12&hidden=6")
    near(page, "shortcuts")
    page.wait_for_selector("#shortcuts .frame.painted")
    choose(page, "model", "rnn")
    page.set_viewport_size({"width": 800, "height": 900})
    page.click("#fold")
    choose(page, "model", "lstm")
    near(page, "shortcuts")
    page.wait_for_function(FILLS, arg="shortcuts")


def test_marks_take_the_ink_of_the_other_theme(page: Page) -> None:
    open_explorer(page, SMALL)
    near(page, "jacobian")
    page.wait_for_selector("#singular .points path")
    colours = """() => [
      getComputedStyle(document.querySelector("#singular .points path")).fill, getComputedStyle(document.body).color,
    ]"""
    page.evaluate("() => document.getElementById('theme').click()")
    page.wait_for_function(f"() => {{ const [mark, ink] = ({colours})(); return mark === ink; }}")


def test_paper_is_light_and_no_drawing_is_cut_off(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_explorer(page, SMALL)
    ink = "() => getComputedStyle(document.querySelector('#triangle .xtick text')).fill"
    dark = page.evaluate(ink)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"(dark) => ({ink})() !== dark", arg=dark)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 600, "height": 900})
    clipped = page.evaluate(
        """() => [...document.querySelectorAll(".frame.painted")].filter((frame) => {
          const ends = [frame, frame.querySelector(".main-svg")].map((box) => box.getBoundingClientRect().right);
          return ends[1] > ends[0] + 1;
        }).length"""
    )
    assert clipped == 0
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"(dark) => ({ink})() === dark", arg=dark)
    assert page.evaluate("() => document.querySelectorAll('.main-svg[viewBox]').length") == 0


@pytest.mark.whole
def test_small_triangles_have_their_colours_where_the_large_one_is_left_out(page: Page) -> None:
    page.goto(f"{SMALL}&hide=influence")
    page.wait_for_selector("#lengths .strip canvas")
    colours = page.evaluate(
        """() => {
          const canvas = document.querySelector("#lengths .strip canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(data.slice(i, i + 3).join(" "));
          return seen.size;
        }"""
    )
    assert colours > 4
