"""A long computation shows its progress, can be stopped, and is cancelled when no page waits for it."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.reader import open_explorer, query_of, repainted

pytestmark = pytest.mark.browser
# Every story has a seed of its own: what one has computed the server remembers.
START = "/?v=1&hidden=64&norm=frobenius&seed={}"
LONG = "30000"


def lengthen(page: Page) -> None:
    """Ask for a picture that takes more than a second."""
    page.fill("#field-length", LONG)
    page.press("#field-length", "Tab")


def test_a_long_picture_shows_how_far_it_is_and_then_itself(page: Page) -> None:
    open_explorer(page, START.format(1))
    place = "() => document.getElementById('readout').offsetTop"
    before = page.evaluate(place)
    with repainted(page):
        lengthen(page)
        expect(page.locator("#triangle-frame .progress")).to_be_visible()
        expect(page.locator("#triangle-frame .progress p")).to_contain_text("%")
        assert page.evaluate(place) == before
    expect(page.locator("#triangle-frame .progress")).to_be_hidden()
    expect(page.locator("#notes")).to_contain_text("30,000 steps")


def test_a_computation_can_be_stopped_and_resumed(page: Page) -> None:
    open_explorer(page, START.format(2))
    failed: list[str] = []

    def note(request: Request) -> None:
        failed.append(request.url)

    page.on("requestfailed", note)
    lengthen(page)
    page.locator("#triangle-frame .progress").get_by_role("button", name="Cancel").click()
    expect(page.locator("#triangle-frame .progress")).to_contain_text("Stopped")
    page.wait_for_timeout(200)
    assert [url for url in failed if "/influence/figure" in url]
    assert query_of(page)["length"] == LONG
    with repainted(page):
        page.locator("#triangle-frame .progress").get_by_role("button", name="Go on").click()
    expect(page.locator("#triangle-frame .progress")).to_be_hidden()


def test_another_setting_takes_its_place(page: Page) -> None:
    open_explorer(page, START.format(3))
    lengthen(page)
    expect(page.locator("#triangle-frame .progress")).to_be_visible()
    with repainted(page):
        page.fill("#field-length", "16")
        page.press("#field-length", "Tab")
    expect(page.locator("#triangle-frame .progress")).to_be_hidden()
    assert query_of(page)["length"] == "16"


def test_a_short_picture_shows_no_bar(page: Page) -> None:
    open_explorer(page)
    page.evaluate(
        """() => {
          window.shown = 0;
          const card = document.querySelector("#triangle-frame .progress");
          new MutationObserver(() => { window.shown += card.hidden ? 0 : 1; }).observe(card, { attributes: true });
        }"""
    )
    with repainted(page):
        page.select_option("#field-activation", "relu")
    page.wait_for_timeout(700)
    assert page.evaluate("() => window.shown") == 0


def test_a_link_to_a_long_picture_opens_at_once(page: Page) -> None:
    page.goto(f"{START.format(4)}&length={LONG}")
    expect(page.locator("#verdict")).to_contain_text("Following the gradient through 30,000 steps")
    expect(page.locator("#triangle-frame .progress")).to_be_visible()
    page.wait_for_selector("#triangle-frame.painted")
    expect(page.locator("#verdict")).to_contain_text("The gradient vanishes")
    expect(page.locator("#checks-said")).to_contain_text("held")


def test_a_stopped_picture_sends_no_request_about_a_cell(page: Page) -> None:
    open_explorer(page, START.format(5))
    lengthen(page)
    page.locator("#triangle-frame .progress").get_by_role("button", name="Cancel").click()
    expect(page.locator("#triangle-frame .progress")).to_contain_text("Stopped")
    before, urls = page.url, []
    page.on("request", lambda request: urls.append(request.url))
    page.focus("#triangle")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.url == before
    assert urls == []
