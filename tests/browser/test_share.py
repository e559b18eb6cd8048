"""Taking the picture away: files, snippets that run as they stand, a frame for another page."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect

from tests.browser.conftest import PATIENCE_MS, SAVING, Witness
from tests.browser.reader import choose, open_explorer, query_of, repainted, sizes, small_multiple

pytestmark = pytest.mark.browser
PLOTS = (
    "influence", "graph", "diagnosis", "models", "activations",
    "lengths", "decay", "saturation", "spectrum", "jacobian", "facts", "paths", "credit", "bias",
)  # fmt: skip


# Whether a panel shows all that it has to show.
DRAWN = """(view) => {
  const panel = document.getElementById(view);
  return !panel.querySelector(".frame:not(.painted)") && panel.querySelector(".painted, .strip li, .graph") !== null;
}"""


def save(page: Page, view: str, kind: str) -> Download:
    """Press the button that saves a picture."""
    button = page.locator(f'#{view} [data-save="{kind}"]')
    button.scroll_into_view_if_needed()
    with page.expect_download() as waiting:
        button.click()
    return waiting.value


def letters(text: str) -> str:
    """Leave out what separates words, and what raises and lowers them in a drawing."""
    return re.sub(r"[\s\u200b^_]", "", text)


@pytest.fixture(scope="module")
def opened_page(chromium: Browser, site: str) -> Iterator[tuple[Page, Witness]]:
    """Open one page for all of its pictures."""
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(SAVING)
    witness, page = Witness(context, site), context.new_page()
    open_explorer(page, "/?v=1&length=12&hidden=6")
    yield page, witness
    context.close()


@pytest.mark.parametrize("view", PLOTS)
def test_every_picture_is_saved_as_png_and_svg(opened_page: tuple[Page, Witness], tmp_path: Path, view: str) -> None:
    page, witness = opened_page
    page.locator(f"#{view}").scroll_into_view_if_needed()
    page.wait_for_function(DRAWN, arg=view)
    png = save(page, view, "png")
    assert png.suggested_filename == f"unrolled-{view}-tanh-T12.png"
    png.save_as(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as picture:
        assert min(picture.size) >= 600
        colours = picture.convert("RGB").resize((64, 64)).getcolors(64 * 64)
        assert colours is not None
        assert len(colours) > 8
    svg = save(page, view, "svg")
    svg.save_as(tmp_path / "picture.svg")
    drawing = ElementTree.parse(tmp_path / "picture.svg").getroot()
    assert drawing.tag.endswith("svg")
    # Whatever the lines are that it is broken into, the sentence is there whole.
    reading = page.locator(f"#{view} [data-reading]").text_content() or ""
    assert letters(reading) in letters("".join(drawing.itertext()))
    assert witness.errors == []


def test_the_numbers_are_linked_for_what_is_shown(page: Page) -> None:
    open_explorer(page)
    choose(page, "activation", "relu")
    for kind, start in (("csv", b"t,k"), ("npz", b"PK")):
        address = page.locator(f'#influence [data-link="{kind}"]').get_attribute("href")
        assert address is not None
        assert "activation=relu" in address
        assert page.request.get(address).body().startswith(start)
    address = page.locator('#influence [data-link="json"]').get_attribute("href")
    assert page.request.get(str(address)).json()["query"]["activation"] == "relu"


def test_the_json_is_saved_under_a_name_that_says_what_it_is(page: Page) -> None:
    open_explorer(page, "/?v=1&length=12")
    with page.expect_download() as waiting:
        page.click('#influence [data-link="json"]')
    assert waiting.value.suggested_filename == "unrolled-influence-tanh-T12.json"


def test_a_file_is_named_by_what_it_shows(page: Page) -> None:
    open_explorer(page, "/?v=1&model=lstm&length=12")
    assert save(page, "influence", "png").suggested_filename == "unrolled-influence-lstm-T12.png"


@pytest.mark.whole
def test_paper_has_every_panel(page: Page) -> None:
    open_explorer(page, "/?v=1&length=12&hidden=6")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.wait_for_load_state("networkidle")
    for view in ("diagnosis", "decay", "saturation", "spectrum", "jacobian"):
        expect(page.locator(f"#{view} .frame:not(.painted)")).to_have_count(0)
    assert page.locator("#lengths .strip li").count() >= 4


def copied(page: Page, name: str) -> str:
    """Press a copy button and read the clipboard."""
    page.click(f'#share [data-copy="share-{name}"]')
    expect(page.locator(f'#share [data-copy="share-{name}"]')).to_have_text("Copied")
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def test_what_is_copied_works(page: Page, context: BrowserContext, site: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    open_explorer(page, "/?v=1&length=8&input=text&text=it%27s+%22here%22+%26+now")
    link = copied(page, "link")
    assert link == page.url
    verdict = page.request.get(f"{site}/api/v1/influence?{link.partition('?')[2]}").json()["summary"]["sentence"]
    ran = subprocess.run([sys.executable, "-c", copied(page, "python")], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[0] == verdict
    if shutil.which("curl"):
        shell = subprocess.run(["sh", "-c", copied(page, "curl")], capture_output=True, text=True, check=True)
        assert json.loads(shell.stdout)["summary"]["sentence"] == verdict
    frame = copied(page, "embed")
    source = re.search(r'src="([^"]+)"', frame)
    assert source is not None
    assert "embed=1" in source.group(1)


def test_the_embedded_page_leaves_out_what_a_teacher_hides(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&activation=relu&embed=1&hide=verdict,activation,decay,share")
    for absent in (".masthead", ".colophon", "#verdict", "#field-activation", "#decay", "#share"):
        expect(page.locator(absent)).to_have_count(0)
    assert "relu" not in page.inner_text("main").lower().replace("across activations", "")[:400]
    assert "relu" not in page.title().lower()
    small_multiple(page, "activations", "relu")
    expect(page.locator("#activations a[data-value=relu]")).to_be_visible()
    expect(page.locator("#activations [aria-current]")).to_have_count(0)
    assert "relu" not in save(page, "influence", "png").suggested_filename
    before = sizes(page)
    with repainted(page):
        page.fill("#field-gain", "2")
        page.press("#field-gain", "Tab")
    assert sizes(page) != before
    assert query_of(page) == {
        "v": "1",
        "activation": "relu",
        "gain": "2",
        "embed": "1",
        "hide": "verdict,activation,decay,share",
    }
    assert witness.errors == []


def test_an_iframe_of_another_page_may_show_it(page: Page, site: str) -> None:
    frame = f'<iframe src="{site}/?v=1&amp;embed=1" width="900" height="900"></iframe>'
    lesson = f"<!doctype html><title>Lesson</title>{frame}".encode()

    class Lesson(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(lesson)

        def log_message(self, *parts: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Lesson) as elsewhere:
        Thread(target=elsewhere.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
        page.frame_locator("iframe").locator("#triangle-frame.painted").wait_for()
        elsewhere.shutdown()


def test_a_button_pressed_twice_keeps_its_name(page: Page) -> None:
    page.clock.install()
    open_explorer(page)
    button = page.locator('#share [data-copy="share-link"]')
    button.click()
    page.clock.fast_forward(300)
    button.click()
    page.clock.fast_forward(2200)
    expect(button).to_have_text("Copy link")
