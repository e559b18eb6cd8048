"""The story of the page: choose, see, share, come back."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, fill, open_explorer, query_of, repainted, sizes, small_multiple
from unrolled.core.models import MODELS

pytestmark = pytest.mark.browser


def test_the_page_is_quiet_and_asks_no_other_host(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&length=16")
    sections = ("graph", "diagnosis", "models", "activations", "lengths", "decay", "saturation", "spectrum", "jacobian")
    for section in (*sections, "share"):
        page.locator(f"#{section}").scroll_into_view_if_needed()
        page.wait_for_timeout(60)
    for section in ("models", "activations", "lengths"):
        page.locator(f"#{section} .strip li").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert page.locator("#models .strip li").count() == len(MODELS)
    assert page.locator("#diagnosis .remedies li").count() > 0
    assert page.locator("#diagnosis .units li").count() == 16
    assert page.locator("#activations .strip li").count() >= 15
    assert page.locator("#lengths .strip li").count() >= 4
    assert page.locator("#graph svg .edge-path").count() > 0
    for section in ("diagnosis", "decay", "saturation", "spectrum", "jacobian"):
        expect(page.locator(f"#{section} .frame:not(.painted)")).to_have_count(0)
    assert witness.errors == []
    assert witness.strangers == []


def test_choosing_writes_the_address_and_a_reload_gives_the_same_numbers(page: Page, context: BrowserContext) -> None:
    open_explorer(page)
    first = sizes(page)
    choose(page, "activation", "sigmoid")
    fill(page, "length", "20")
    assert query_of(page) == {"v": "1", "activation": "sigmoid", "length": "20"}
    chosen = sizes(page)
    assert len(chosen) == 20
    assert len(first) == 32
    page.reload()
    page.wait_for_selector("#triangle-frame.painted")
    assert sizes(page) == chosen
    expect(page.locator("#field-activation")).to_have_value("sigmoid")
    other = context.new_page()
    open_explorer(other, page.url)
    assert sizes(other) == chosen
    assert other.inner_text("#verdict") == page.inner_text("#verdict")


def test_the_picture_is_the_api_s(page: Page) -> None:
    open_explorer(page, "/?v=1&activation=relu&length=12&hidden=5&seed=3")
    answer = page.request.get("/api/v1/influence?v=1&activation=relu&length=12&hidden=5&seed=3").json()
    for row, numbers in zip(sizes(page), answer["log10_norm"], strict=True):
        assert row == pytest.approx(numbers, abs=1e-5)


def test_back_and_forward_restore_picture_and_controls(page: Page) -> None:
    open_explorer(page)
    first = sizes(page)
    choose(page, "activation", "relu")
    second = sizes(page)
    assert second != first
    with repainted(page):
        page.go_back()
    assert sizes(page) == first
    expect(page.locator("#field-activation")).to_have_value("tanh")
    with repainted(page):
        page.go_forward()
    assert sizes(page) == second
    expect(page.locator("#field-activation")).to_have_value("relu")


def test_dragging_a_slider_redraws_and_leaves_one_entry(page: Page) -> None:
    open_explorer(page)
    before = page.evaluate("() => history.length")
    slider = page.locator('input[data-for="field-gain"]')
    slider.focus()
    for _ in range(4):
        with repainted(page):
            page.keyboard.press("ArrowRight")
    expect(page.locator("#field-gain")).to_have_value("1.2")
    assert query_of(page)["gain"] == "1.2"
    assert page.evaluate("() => history.length") - before == 1
    box = slider.bounding_box()
    assert box is not None
    before = page.evaluate("() => history.length")
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.35, 0.4, 0.5, 0.6):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        page.wait_for_timeout(40)
    with repainted(page):
        page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2)
        page.mouse.up()
    assert page.evaluate("() => history.length") - before == 1
    assert query_of(page)["gain"] == page.input_value("#field-gain")


def test_a_small_triangle_becomes_the_main_picture(page: Page) -> None:
    open_explorer(page)
    with repainted(page):
        small_multiple(page, "activations", "sigmoid").click()
    assert query_of(page)["activation"] == "sigmoid"
    expect(page.locator('#activations a[data-value="sigmoid"]')).to_have_attribute("aria-current", "true")
    expect(page.locator("#field-activation")).to_have_value("sigmoid")
    small_multiple(page, "lengths", "16").focus()
    with repainted(page):
        page.keyboard.press("Enter")
    assert query_of(page)["length"] == "16"
    page.wait_for_load_state("networkidle")
    expect(page.locator('#lengths a[data-value="16"]')).to_be_focused()
    assert len(sizes(page)) == 16


def test_text_is_fed_character_by_character(page: Page) -> None:
    open_explorer(page)
    choose(page, "input", "text")
    fill(page, "text", "기울기는 과거로 흐른다")
    assert query_of(page)["text"] == "기울기는 과거로 흐른다"
    ticks = page.evaluate(
        "() => [...document.querySelectorAll('#triangle .ytick text')].map((tick) => tick.textContent)"
    )
    assert "울" in " ".join(ticks)


def test_a_csv_file_becomes_the_input(page: Page) -> None:
    open_explorer(page)
    choose(page, "input", "sine")
    page.select_option("#field-input", "series")
    with repainted(page):
        page.set_input_files(
            "#series-file",
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"day,price\n1,2.5\n2,-3\n3,1e-2\n"},
        )
    expect(page.locator("#series-note")).to_contain_text("3 numbers of column 2")
    assert query_of(page) == {"v": "1", "input": "series", "series": "2.5,-3,0.01"}


def test_a_wrong_value_is_reported_at_the_field_and_the_picture_stays(page: Page) -> None:
    open_explorer(page)
    before = sizes(page)
    page.fill("#field-hidden", "100000")
    page.press("#field-hidden", "Tab")
    fault = page.locator("#field-hidden-error")
    expect(fault).to_be_visible()
    expect(fault).to_contain_text("256")
    expect(page.locator("#field-hidden")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#influence")).to_have_class("panel stale")
    assert sizes(page) == before
    fill(page, "hidden", "8")
    expect(fault).to_be_hidden()
    expect(page.locator("#influence")).to_have_class("panel")


def test_the_machine_s_twin_is_linked(page: Page) -> None:
    open_explorer(page, "/?v=1&length=9")
    twin = page.locator('link[rel="alternate"][type="application/json"]').get_attribute("href")
    assert twin is not None
    answer = json.loads(page.request.get(twin).text())
    assert answer["query"]["length"] == 9
    fill(page, "length", "10")
    twin = page.locator('link[rel="alternate"][type="application/json"]').get_attribute("href")
    assert page.request.get(str(twin)).json()["query"]["length"] == 10
    assert "T 10" in page.title()
