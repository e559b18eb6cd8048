"""What cannot be drawn: the page says so, stays as it was sent, and offers a remedy."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.reader import fill, open_explorer, query_of, repainted, sizes, small_multiple

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("foo=1", "There is no field"),
        ("length=2&length=3", "more than once"),
        ("hide=foo", "hide names"),
    ],
)
def test_a_refused_link_stays_refused_until_a_control_is_changed(page: Page, query: str, message: str) -> None:
    page.goto(f"/?{query}")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("main")).to_contain_text(message)
    expect(page.locator(".frame.painted")).to_have_count(0)
    expect(page.locator("#influence")).to_be_hidden()
    assert page.url.endswith(f"/?{query}")
    fill(page, "gain", "1.5")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#influence")).to_be_visible()
    fields = query_of(page)
    assert fields.pop("length", "3") == "3"
    assert fields == {"v": "1", "gain": "1.5"}
    page.reload()
    page.wait_for_selector("#triangle-frame.painted")


def test_what_was_right_of_a_refused_page_is_kept(page: Page) -> None:
    page.goto("/?v=1&embed=1&hide=verdict&gain=x")
    expect(page.locator("#field-gain")).to_have_value("x")
    fill(page, "gain", "2")
    assert query_of(page) == {"v": "1", "gain": "2", "embed": "1", "hide": "verdict"}


def test_what_other_sites_append_is_dropped(page: Page) -> None:
    open_explorer(page, "/?v=1&gain=2&utm_source=letter&fbclid=x")
    assert query_of(page) == {"v": "1", "gain": "2"}


def test_an_advice_is_a_button_that_takes_it(page: Page) -> None:
    open_explorer(page, "/?v=1&length=8")
    page.fill("#field-hidden", "300")
    page.press("#field-hidden", "Tab")
    with repainted(page):
        page.click("#field-hidden-error .advice")
    expect(page.locator("#field-hidden")).to_have_value("256")
    expect(page.locator("#field-hidden")).to_be_focused()
    assert query_of(page)["hidden"] == "256"


def test_a_page_that_is_too_much_work_starts_with_its_remedies(page: Page) -> None:
    page.goto("/?v=1&length=4096&hidden=256&resolution=256")
    buttons = page.locator("#problem .advice")
    expect(buttons.first).to_be_visible()
    assert buttons.count() > 1
    page.locator("#problem .advice", has_text="hidden").click()
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#triangle-frame .progress")).to_be_visible()
    assert int(query_of(page)["hidden"]) < 256


def test_a_cell_outside_of_the_sequence_is_brought_inside(page: Page) -> None:
    page.goto("/?v=1&t=9&length=8")
    page.locator("#problem .advice", has_text="t = 8").click()
    page.wait_for_selector("#triangle-frame.painted")
    assert query_of(page) == {"v": "1", "length": "8", "t": "8"}
    expect(page.locator("#problem")).to_be_hidden()


def test_a_long_text_is_refused_and_not_cut(page: Page) -> None:
    open_explorer(page, "/?v=1&input=text&length=8")
    before = sizes(page)
    page.fill("#field-text", "울" * 10_000)
    page.press("#field-text", "Tab")
    expect(page.locator("#field-text-error")).to_contain_text("10000 characters")
    assert len(page.input_value("#field-text")) == 10_000
    assert sizes(page) == before


def test_a_decimal_comma_visibly_becomes_a_point(page: Page) -> None:
    open_explorer(page)
    with repainted(page):
        page.locator("#field-gain").select_text()
        page.locator("#field-gain").press_sequentially("0,5")
        page.press("#field-gain", "Tab")
    expect(page.locator("#field-gain")).to_have_value("0.5")
    assert query_of(page)["gain"] == "0.5"
    page.fill("#field-length", "1,000")
    page.press("#field-length", "Tab")
    expect(page.locator("#field-length-error")).to_contain_text("“1,000”")


def test_pasted_numbers_with_two_meanings_are_refused(page: Page) -> None:
    open_explorer(page, "/?v=1&input=series&series=1,2,3")
    page.fill("#field-series", "1,5 2,5")
    page.press("#field-series", "Tab")
    expect(page.locator("#field-series-error")).to_contain_text("Write decimals with a point")
    fill(page, "series", "1.5; 2.5")
    assert query_of(page)["series"] == "1.5,2.5"


def test_the_future_is_not_named_where_there_is_no_room(page: Page) -> None:
    open_explorer(page, "/?v=1&length=3")
    expect(page.locator(".no-path")).to_be_hidden()
    fill(page, "length", "8")
    expect(page.locator(".no-path")).to_be_visible()
    page.evaluate("() => Plotly.relayout('triangle', {'xaxis.range': [1, 3], 'yaxis.range': [3, 1]})")
    expect(page.locator(".no-path")).to_be_hidden()


def test_a_fault_of_a_folded_control_is_shown_where_it_is_visible(chromium: Browser, site: str) -> None:
    page = chromium.new_page(base_url=site, viewport={"width": 390, "height": 800})
    try:
        open_explorer(page, "/?v=1&length=8&hidden=4")
        fault = {"field": "length", "message": "length is too long: lower it to 64.", "allowed": [64]}
        experiment = {"title": "Too much work", "detail": "length is too long.", "errors": [fault]}
        page.route("**/influence/figure?*", lambda route: route.fulfill(status=413, json=experiment))
        small_multiple(page, "lengths", "256").click()
        expect(page.locator("#problem")).to_be_in_viewport()
        expect(page.locator("#problem")).to_contain_text("lower it to 64")
        page.unroute_all()
        with repainted(page):
            page.locator("#problem .advice").click()
        assert query_of(page)["length"] == "64"
        expect(page.locator("#problem")).to_be_hidden()
    finally:
        page.close()


def test_a_refused_picture_sends_no_request_about_a_cell(page: Page) -> None:
    open_explorer(page)
    page.wait_for_selector('#graph [data-step="5"]')
    page.fill("#field-length", "70000")
    page.press("#field-length", "Tab")
    expect(page.locator("#field-length-error")).to_be_visible()
    before, urls = page.url, []
    page.on("request", lambda request: urls.append(request.url))
    page.focus("#triangle")
    page.keyboard.press("ArrowRight")
    page.locator('#graph [data-step="5"]').click()
    page.wait_for_timeout(300)
    assert page.url == before
    assert urls == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            {"status": 503, "json": {"title": "The server is busy", "detail": "All is taken.", "errors": []}},
            "All is taken",
        ),
        ({"status": 200, "body": '{"da'}, "stopped in the middle"),
    ],
)
def test_what_was_not_the_reader_s_fault_can_be_tried_again(page: Page, answer: dict[str, Any], message: str) -> None:
    open_explorer(page)
    page.route("**/influence/figure?*", lambda route: route.fulfill(**answer))
    page.select_option("#field-activation", "relu")
    expect(page.locator("#problem")).to_contain_text(message)
    page.unroute_all()
    with repainted(page):
        page.locator("#problem").get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#problem")).to_be_hidden()
    assert page.evaluate("() => document.activeElement.id") == "triangle"
    assert query_of(page)["activation"] == "relu"


def test_a_page_that_was_refused_is_named_by_what_is_drawn_at_last(page: Page) -> None:
    page.goto("/?v=1&gain=x")
    assert page.title() == "The input cannot be used · Unrolled"
    fill(page, "gain", "2")
    assert "gain 2" in page.title()


def test_a_text_is_not_corrected_as_a_number(page: Page) -> None:
    open_explorer(page, "/?v=1&input=text&text=1&length=8")
    fill(page, "text", "1.0")
    assert query_of(page)["text"] == "1.0"
