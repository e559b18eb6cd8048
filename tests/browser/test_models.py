"""Another kind of network: what means something for it is there, what does not is gone, and nothing is ever refused."""

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import Witness
from tests.browser.reader import choose, fill, open_explorer, query_of, repainted, small_multiple
from unrolled.views.text.checks import badge

pytestmark = pytest.mark.browser


def test_an_lstm_has_shortcuts_and_no_activation(page: Page, witness: Witness) -> None:
    open_explorer(page)
    expect(page.locator("#activations")).to_be_visible()
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page.locator("#field-forget_bias")).to_be_hidden()
    urls: list[str] = []

    def note(request: Request) -> None:
        urls.append(request.url)

    page.on("request", note)
    choose(page, "model", "lstm")
    expect(page.locator("#field-activation")).to_be_hidden()
    expect(page.locator("#field-forget_bias")).to_be_visible()
    expect(page.locator("#activations")).to_be_hidden()
    expect(page.locator("#setting")).to_contain_text("LSTM")
    expect(page.locator("#graph .node-gate")).not_to_have_count(0)
    page.locator("#shortcuts").scroll_into_view_if_needed()
    page.wait_for_selector("#shortcuts .frame.painted")
    assert not [url for url in urls if "/activations" in url]
    assert witness.errors == []


def test_the_memory_cell_is_dropped_with_its_model(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?v=1&model=lstm&of=c&wrt=c")
    expect(page.locator("#readout")).to_contain_text("c32")
    choose(page, "model", "gru")
    assert query_of(page) == {"v": "1", "model": "gru"}
    expect(page.locator("#field-of")).to_have_value("h")
    assert page.evaluate("() => document.querySelector('#field-of option[value=c]').disabled")
    expect(page.locator("#problem")).to_be_hidden()
    assert witness.errors == []


def test_fewer_layers_lower_the_layers_that_are_named(page: Page) -> None:
    open_explorer(page, "/?v=1&layers=3&layer=3&origin=2")
    fill(page, "layers", "2")
    assert query_of(page) == {"v": "1", "layers": "2", "layer": "2", "origin": "2"}
    fill(page, "layers", "1")
    assert query_of(page) == {"v": "1"}
    expect(page.locator("#field-layer")).to_be_hidden()


def test_the_two_controls_of_the_same_biases_replace_each_other(page: Page) -> None:
    open_explorer(page, "/?v=1&model=gru&forget_bias=2")
    page.click(".more > summary")
    fill(page, "chrono", "32")
    assert query_of(page) == {"v": "1", "model": "gru", "chrono": "32"}
    expect(page.locator("#field-forget_bias")).to_have_value("")
    fill(page, "chrono", "")
    assert query_of(page) == {"v": "1", "model": "gru"}


def test_another_model_is_chosen_from_the_strip(page: Page) -> None:
    open_explorer(page)
    chosen = small_multiple(page, "models", "gru")
    # It is marked at once: the strip itself is not drawn anew here.
    page.route("**/api/v1/models?*", lambda route: None)
    with repainted(page):
        chosen.click()
    assert query_of(page) == {"v": "1", "model": "gru"}
    expect(page.locator("#field-model")).to_have_value("gru")
    expect(page.locator('#models a[data-value="gru"]')).to_have_attribute("aria-current", "true")


def test_without_scripts_every_field_is_there(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/")
        page.click(".more > summary")
        for name in ("activation", "forget_bias", "chrono", "reset", "layer", "origin", "from", "to"):
            expect(page.locator(f"#field-{name}")).to_be_visible()
        page.select_option("#field-model", "lstm")
        page.select_option("#field-of", "c")
        page.fill("#field-chrono", "20")
        page.get_by_role("button", name="Draw").click()
        assert query_of(page) == {"v": "1", "model": "lstm", "of": "c", "chrono": "20"}
        expect(page.locator("#setting")).to_contain_text("LSTM")
    finally:
        context.close()


def test_a_click_on_a_remedy_applies_it(page: Page) -> None:
    open_explorer(page)
    page.locator("#diagnosis").scroll_into_view_if_needed()
    remedy = page.locator("#diagnosis .remedies a").first
    wanted = str(remedy.get_attribute("href")).partition("?")[2]
    with repainted(page):
        remedy.click()
    assert page.url.endswith(wanted)
    expect(page.locator("#verdict")).to_contain_text("is preserved")
    with repainted(page):
        page.go_back()
    assert query_of(page) == {}


def test_the_self_check_opens_to_every_law(page: Page) -> None:
    open_explorer(page)
    checks = page.request.get("/api/v1/influence").json()["checks"]
    expect(page.locator("#checks-said")).to_have_text(f"Checked: {len(checks)} laws held")
    expect(page.locator("#checks-rows tr").first).to_be_hidden()
    page.click("#checks summary")
    expect(page.locator("#checks-rows tr")).to_have_count(len(checks))
    expect(page.locator("#checks-rows tr").first).to_be_visible()


def test_a_failed_check_is_described_in_words(page: Page) -> None:
    open_explorer(page)

    def spoil(route: Route) -> None:
        answer = route.fetch()
        figure = answer.json()
        meta = figure["layout"]["meta"]
        meta["checks"][0] |= {"passed": False, "value": 0.5}
        meta["badge"] = badge(meta["checks"])
        route.fulfill(response=answer, json=figure)

    page.route("**/api/v1/influence/figure?*", spoil)
    choose(page, "activation", "relu")
    expect(page.locator("#checks-said")).to_contain_text("checks failed: do not trust this picture")
    expect(page.locator("#checks")).to_have_class("checks checks-failed")
