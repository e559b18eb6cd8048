"""A recording of the reader's own: it drives every picture, no link holds it, and a broken one leaves the old one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import Witness
from tests.browser.reader import CONTRAST, choose, fill, open_explorer, query_of, repainted, sizes
from tests.experiment.uploads.wavs import written

pytestmark = pytest.mark.browser
SOUND = np.random.default_rng(5).uniform(-0.5, 0.5, (6400, 2))
# 100 frames of 64 samples, each of 8 ms; and as many at 44,100 a second, which is no round time.
OWN, FAST = written(SOUND, 8000, 24), written(SOUND, 44100)
BUNDLED = "He was not an ill-disposed"


def give(page: Page, body: bytes, name: str = "own.wav") -> None:
    """Choose a file."""
    page.set_input_files("#recording-file", {"name": name, "mimeType": "audio/wav", "buffer": body})


def ticks(page: Page) -> list[str]:
    """Read the times along the axis of t."""
    return page.locator("#triangle .yaxislayer-above .ytick text").all_text_contents()


def requests_of(page: Page) -> list[Request]:
    """Record the requests from now on."""
    noted: list[Request] = []
    page.on("request", lambda request: noted.append(request) if "/api/v1/" in request.url else None)
    return noted


def test_a_recording_drives_every_picture(page: Page, witness: Witness) -> None:
    open_explorer(page, "/?input=sound&model=lstm")
    before, noted = sizes(page), requests_of(page)
    with repainted(page):
        give(page, FAST)
    assert query_of(page) == {"v": "1", "input": "sound", "model": "lstm", "length": "100"}
    assert len(sizes(page)) == 100
    assert sizes(page)[:32] != before
    assert ticks(page)[0] == "0.0000 s"
    assert ticks(page)[-1] == f"{99 * 64 / 44100:.4f} s"
    expect(page.locator("#notes")).to_contain_text("0.145 s, 44100 samples a second, 16 bits, 2 channels averaged")
    expect(page.locator("#notes")).not_to_contain_text(BUNDLED)
    expect(page.locator("#recording-said")).to_contain_text(
        "own.wav: 0.145 s, 44100 samples a second, 100 frames of 64."
    )
    expect(page.locator("#setting")).to_contain_text("sound, your own recording")
    for view in ("graph", "diagnosis", "models", "lengths", "facts"):
        page.locator(f"#{view}").scroll_into_view_if_needed()
        expect(page.locator(f"#{view} [data-reading]")).not_to_be_empty()
    page.locator("#decay [data-twin] summary").click()
    expect(page.locator("#decay [data-twin] caption")).to_contain_text("rows")
    # Before the file was read, panels still requested the bundled recording.
    about = [request for request in noted if "length=100" in request.url]
    assert len(about) > 8
    assert {request.method for request in about} == {"POST"}
    assert {request.headers["content-type"] for request in about} == {"audio/wav"}
    assert witness.errors == witness.strangers == []


def test_the_numbers_are_those_of_the_api(page: Page) -> None:
    open_explorer(page)
    choose(page, "input", "sound")
    with repainted(page):
        give(page, OWN)
    answer = page.request.post("/api/v1/influence", data=OWN, headers={"content-type": "audio/wav"}).json()
    for row, expected in zip(sizes(page), answer["log10_norm"], strict=True):
        assert row == [pytest.approx(value, abs=1e-6) if value is not None else None for value in expected]


def test_a_broken_file_is_reported_at_its_control_and_the_old_picture_stays(page: Page) -> None:
    open_explorer(page, "/?input=sound")
    with repainted(page):
        give(page, OWN)
    before = sizes(page)
    give(page, OWN[:3000], "cut.wav")
    fault = page.locator("#recording-file-error")
    expect(fault).to_contain_text("but 3000 are there, so it is cut off: save it anew")
    expect(page.locator("#recording-said")).to_have_text("cut.wav is sent with every question.")
    expect(page.locator("#recording-file")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#influence")).to_have_class("panel stale")
    assert sizes(page) == before
    with repainted(page):
        give(page, FAST)
    expect(fault).to_be_hidden()
    expect(page.locator("#influence")).not_to_have_class("panel stale")
    assert ticks(page)[-1].endswith("7 s")
    give(page, b"ID3\x03 no WAV", "song.mp3")
    expect(fault).to_contain_text("The file is an MP3, not a WAV")


def test_the_back_button_restores_the_bundled_recording(page: Page) -> None:
    open_explorer(page, "/?input=sound&length=20")
    before = sizes(page)
    clear = page.get_by_role("button", name="Back to the bundled recording")
    expect(clear).to_be_hidden()
    with repainted(page):
        give(page, OWN)
    with repainted(page):
        clear.press("Enter")
    expect(clear).to_be_hidden()
    expect(page.locator("#recording-file")).to_be_focused()
    expect(page.locator("#notes")).to_contain_text(BUNDLED)
    expect(page.locator("#recording-said")).to_be_empty()
    assert sizes(page) == before
    assert query_of(page)["length"] == "20"


def test_no_link_holds_it_and_the_page_says_so(page: Page) -> None:
    open_explorer(page, "/?input=sound&length=100")
    limit = page.locator(".link-limit")
    expect(limit).to_be_hidden()
    expect(page.locator("#share-curl")).not_to_contain_text("--data-binary")
    before = sizes(page)
    with repainted(page):
        give(page, OWN, "my voice.wav")
    expect(limit).to_have_text("The link cannot hold your recording.")
    page.locator("#share").scroll_into_view_if_needed()
    expect(page.locator("#share .beside-recording")).to_be_visible()
    expect(page.locator("#share .without-recording")).to_be_hidden()
    expect(page.locator("#share-curl")).to_contain_text("-H 'Content-Type: audio/wav' --data-binary '@my voice.wav'")
    assert sizes(page) != before
    with repainted(page):
        give(page, OWN, "it's $(mine).wav")
    expect(page.locator("#share-curl")).to_contain_text("'@recording.wav'")
    page.reload()
    page.wait_for_selector("#triangle-frame.painted")
    assert sizes(page) == before
    expect(limit).to_be_hidden()


def test_the_python_of_the_page_sends_the_file(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_explorer(page, "/?input=sound")
    with repainted(page):
        give(page, OWN)
    (tmp_path / "own.wav").write_bytes(OWN)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec(compile(page.locator("#share-python").text_content() or "", "snippet", "exec"), namespace)
    assert namespace["influence"]["query"]["length"] == 100
    assert any("Your own recording: 0.8 s" in note for note in namespace["influence"]["notes"])


def test_other_inputs_leave_it_aside_until_it_is_chosen_again(page: Page) -> None:
    open_explorer(page, "/?input=sound")
    with repainted(page):
        give(page, OWN)
    own, noted = sizes(page), requests_of(page)
    choose(page, "input", "noise")
    expect(page.locator("#recording")).to_be_hidden()
    expect(page.locator(".link-limit")).to_be_hidden()
    assert {request.method for request in noted if "input=sound" not in request.url} == {"GET"}
    choose(page, "input", "sound")
    assert sizes(page) == own


def test_a_shorter_part_can_be_shown_and_one_press_restores_all_frames(page: Page) -> None:
    open_explorer(page, "/?input=sound")
    with repainted(page):
        give(page, OWN)
    fill(page, "length", "32")
    assert len(sizes(page)) == 32
    expect(page.locator("#notes")).to_contain_text("The recording has 100 frames; the first 32 are used")
    assert "length" not in query_of(page)
    fill(page, "frame", "128")
    expect(page.locator("#recording-said")).to_contain_text("50 frames of 128")
    with repainted(page):
        page.get_by_role("button", name="length = 50").click()
    assert len(sizes(page)) == 50


def test_numbers_are_saved_of_the_recording(page: Page) -> None:
    open_explorer(page, "/?input=sound")
    with repainted(page):
        give(page, OWN)
    for kind in ("csv", "json", "npz"):
        with page.expect_download() as download:
            page.locator(f'#influence a[data-link="{kind}"]').click()
        assert download.value.suggested_filename == f"unrolled-influence-tanh-T100.{kind}"
        content = Path(download.value.path()).read_bytes()
        suffix = "" if kind == "json" else f".{kind}"
        expected = page.request.post(
            f"/api/v1/influence{suffix}?length=100", data=OWN, headers={"content-type": "audio/wav"}
        ).body()
        if kind == "json":
            assert json.loads(content)["log10_norm"] == json.loads(expected)["log10_norm"]
        else:
            assert content == expected


def test_a_file_can_be_dropped(page: Page) -> None:
    open_explorer(page, "/?input=sound")
    files = page.evaluate_handle(
        """(bytes) => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(bytes)], "dropped.wav"));
          return files;
        }""",
        list(OWN),
    )
    with repainted(page):
        page.dispatch_event("#recording", "drop", {"dataTransfer": files})
    expect(page.locator("#recording-said")).to_contain_text("dropped.wav: 0.8 s")


def test_a_file_that_the_server_would_not_take_is_not_sent(page: Page) -> None:
    def narrow(route: Any) -> None:
        options = route.fetch().json()
        options["limits"]["body_mib"] = 0.01
        route.fulfill(json=options)

    open_explorer(page, "/?input=sound")
    page.route("**/api/v1/options*", narrow)
    noted = requests_of(page)
    give(page, OWN)
    expect(page.locator("#recording-said")).to_contain_text("own.wav has 0.037 MiB; this server takes at most 0.01 MiB")
    assert not [request for request in noted if request.method == "POST"]


def test_progress_of_a_long_recording_is_reported(page: Page) -> None:
    open_explorer(page, "/?input=sound&hidden=64&norm=frobenius")
    long = written(np.tile(SOUND[:, 0], 8), 44100)
    noted = requests_of(page)
    with repainted(page):
        fill(page, "frame", "2")
        give(page, long)
        expect(page.locator("#triangle-frame .progress p")).to_contain_text("%")
    expect(page.locator("#triangle-frame .progress")).to_be_hidden()
    expect(page.locator("#notes")).to_contain_text("25,600 steps")
    assert any(request.method == "POST" and "influence/progress" in request.url for request in noted)


def test_axe_finds_nothing_beside_a_recording_or_its_fault(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    open_explorer(page, "/?input=sound")
    where: Any = {"include": [["#controls"], [".lead"], ["#share"]]}
    for body, place in ((OWN, "#recording-clear"), (OWN[:99], "#recording-file-error")):
        give(page, body)
        expect(page.locator(place)).to_be_visible()
        report = Axe().run(page, where)
        assert report.violations_count == 0, report.generate_report()
        page.emulate_media(color_scheme="dark")
        report = Axe().run(page, where, CONTRAST)
        assert report.violations_count == 0, report.generate_report()
        page.emulate_media(color_scheme="light")


def test_without_scripts_there_is_no_control(context: BrowserContext, site: str) -> None:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(base_url=site, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/?input=sound")
    expect(page.locator("#recording")).to_be_hidden()
    expect(page.locator("#notes")).to_contain_text(BUNDLED)
    plain.close()
