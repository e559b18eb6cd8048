"""An uploaded recording by POST: read like the bundled one, with its seconds, and every fault by its field."""

import csv
import io
import json
from importlib.resources import files

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.cases import few
from tests.experiment.uploads.wavs import chunk, floats, layout, riff, written
from unrolled.core.data.audio import band_energies, cut_frames
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.api.body import MEDIA_TYPES
from unrolled.web.api.views import FORMATS, path_of

PATH = "/api/v1/influence"
WAV = {"Content-Type": "audio/wav"}
BUNDLED = files("unrolled.core.data").joinpath("speech.wav").read_bytes()
NOISE = np.random.default_rng(1).uniform(-0.5, 0.5, (2000, 2))
OWN = written(NOISE, 44100, 24)


@pytest.mark.parametrize(("view", "form"), few([(view, form) for view in VIEWS for form in FORMATS], 8))
def test_every_path_takes_a_recording(client: TestClient, view: str, form: str) -> None:
    answer = client.post(path_of(view, form), content=OWN, headers=WAV)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"


QUERIES = ("", "&features=samples&frame=32", "&order=shuffled&model=lstm", "&length=400")
MEDIA = (*(name for name in MEDIA_TYPES if "wav" in name), "application/octet-stream")


@pytest.mark.parametrize(
    ("media_type", "query"),
    few([(name, query) for name in MEDIA for query in QUERIES], [*zip(MEDIA, QUERIES, strict=False), (MEDIA[-1], "")]),
)
def test_the_bundled_recording_sent_by_post_is_the_bundled_one(client: TestClient, media_type: str, query: str) -> None:
    length = "" if "length" in query else "&length=100"
    url = f"{PATH}?input=sound{length}{query}"
    answer = client.post(url, content=BUNDLED, headers={"Content-Type": media_type}).json()
    bundled = client.get(url).json()
    for name in ("query", "t", "k", "log10_norm", "labels", "column_labels", "summary"):
        assert answer[name] == bundled[name]
    assert answer["links"]["page"] is None
    assert "Your own recording: 2.64 s, 8000 samples a second, 16 bits, one channel." in answer["notes"]
    assert not any("LibriVox" in note for note in answer["notes"])


def test_length_follows_from_the_recording_and_the_axis_has_its_seconds(client: TestClient) -> None:
    answer = client.post(f"{PATH}?frame=100", content=OWN, headers=WAV).json()
    assert answer["query"] | {"length": 20, "input": "sound", "frame": 100} == answer["query"]
    assert answer["t"] == list(range(1, 21))
    # 100 of 44,100 samples a second are 2.2676 ms.
    assert answer["labels"] == [f"{step * 100 / 44100:.4f} s" for step in range(20)]
    assert answer["notes"][-1] == (
        "Your own recording: 0.0454 s, 44100 samples a second, 24 bits, 2 channels averaged."
    )
    figure = client.post(f"{PATH}/figure?frame=100", content=OWN, headers=WAV).json()
    assert "0.0431 s" in figure["layout"]["xaxis"]["ticktext"]
    rows = list(csv.DictReader(io.StringIO(client.post(f"{PATH}.csv?frame=100", content=OWN, headers=WAV).text)))
    assert len(rows) == 20 * 21 // 2


def test_the_graph_begins_with_its_seconds(client: TestClient) -> None:
    nodes = client.post("/api/v1/graph?frame=100", content=OWN, headers=WAV).json()["nodes"]
    assert [node["label"] for node in nodes if node["kind"] == "input"][:2] == ["0.0000 s", "0.0023 s"]


def test_a_shorter_length_cuts_and_a_longer_one_pads(client: TestClient) -> None:
    full, shortened, long = (
        client.post(f"{PATH}?frame=100&length={length}", content=OWN, headers=WAV).json() for length in (20, 8, 25)
    )
    assert "The recording has 20 frames; the first 8 are used, one for each step." in shortened["notes"]
    assert "The recording has 20 frames; the other 5 steps get no input." in long["notes"]
    assert shortened["log10_norm"] == [row[:8] for row in full["log10_norm"][:8]]
    assert long["labels"] == [*full["labels"], *"·····"]


def test_inputs_of_the_network_are_those_computed_here(client: TestClient) -> None:
    # A relu network of one unit is a product of slopes: 0 wherever its input pushes it below zero.
    answer = client.post(f"{PATH}?frame=100&activation=relu&hidden=1&wrt=h&seed=3", content=OWN, headers=WAV).json()
    energies = band_energies(cut_frames(NOISE.mean(axis=1), 100))
    inputs = (energies - energies.mean(axis=0)) / energies.std(axis=0)
    body = {"query": {"activation": "relu", "hidden": 1, "seed": 3}, "inputs": inputs.tolist()}
    expected = client.post(PATH, json=body).json()["log10_norm"]
    assert any(value is None for row in answer["log10_norm"][1:] for value in row[:1])
    for row, other in zip(answer["log10_norm"], expected, strict=True):
        assert row == [None if value is None else pytest.approx(value, abs=1e-6) for value in other]


def test_another_recording_is_another_answer(client: TestClient) -> None:
    query = f"{PATH}?frame=100&model=lstm"
    loud, other = OWN, written(NOISE[::-1], 44100, 24)
    first, second = (client.post(query, content=body, headers=WAV).json()["log10_norm"] for body in (loud, other))
    assert first != second
    assert client.post(query, content=loud, headers=WAV).json()["log10_norm"] == first
    # The same bytes at another rate have the same features, but at other times.
    slow = client.post(query, content=written(NOISE, 22050, 24), headers=WAV).json()
    assert slow["log10_norm"] == first
    assert slow["labels"][1] == "0.0045 s"


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("input=noise", {"input": "input is “noise”, but the body is a recording: leave input out or give sound."}),
        ("input=text&text=", {"input": "leave input out or give sound"}),
        ("input=sounds", {"input": "input is “sounds”"}),
        ("frame=0", {"frame": "frame is “0”"}),
        ("frame=9&frame=8&t=5", {"frame": "more than once"}),
        ("length=3&length=4", {"length": "more than once"}),
        ("t=99", {"t": "t is 99 but the sequence ends at 31"}),
        ("length=0&gain=99", {"length": "length is “0”", "gain": "gain is “99”"}),
        ("colour=1", {"colour": "There is no field “colour”"}),
        ("assert=horizon>=1&length=x", {"length": "length is “x”"}),
    ],
)
def test_a_query_that_cannot_be_used_is_named(client: TestClient, query: str, faults: dict[str, str]) -> None:
    answer = client.post(f"{PATH}?{query}", content=OWN, headers=WAV)
    assert answer.status_code == 422
    messages = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
    assert list(messages) == list(faults)
    assert all(expected in messages[name] for name, expected in faults.items())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "The file is empty, not a WAV"),
        (b'{"query": {}}', "not a WAV"),
        (OWN[:-1], "so it is cut off: save it anew"),
        (riff(layout(7, bits=8), chunk(b"data", bytes(9))), "compressed as µ-law"),
        (riff(layout(), chunk(b"data", b"")), "has no samples"),
        (floats([0, np.nan]), "Sample 2 of the recording is nan"),
    ],
)
def test_an_unreadable_file_is_reported_with_all_other_faults(client: TestClient, body: bytes, expected: str) -> None:
    answer = client.post(f"{PATH}?gain=x&t=5&k=9", content=body, headers=WAV)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    messages = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
    assert list(messages) == ["body", "gain", "k"]
    assert expected in messages["body"]


def test_a_file_that_cannot_be_read_and_a_repeated_field_are_listed_together(client: TestClient) -> None:
    answer = client.post(f"{PATH}?frame=9&frame=8", content=OWN[:-1], headers=WAV)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["body", "frame"]


def test_less_than_a_frame_and_more_than_the_steps_there_are(client: TestClient) -> None:
    (fault,) = client.post(f"{PATH}?length=5", content=written(NOISE[:63, 0]), headers=WAV).json()["errors"]
    message = "frame is 64, but the recording has 63 samples: lower frame to 63."
    assert fault == {"field": "frame", "message": message, "allowed": [1, 63]}
    long = riff(layout(bits=8), chunk(b"data", bytes(range(100, 156)) * 2400))
    (fault,) = client.post(f"{PATH}?frame=2", content=long, headers=WAV).json()["errors"]
    assert (fault["field"], fault["allowed"]) == ("length", [65536])
    assert "The recording has 67200 frames of two samples, and length is left out; at most 65536" in fault["message"]
    shortened = client.post(f"{PATH}?frame=2&length=9", content=long, headers=WAV).json()
    assert "The recording has 67200 frames; the first 9 are used, one for each step." in shortened["notes"]


def test_too_large_a_body_is_not_read_and_an_unknown_one_is_refused(client: TestClient) -> None:
    narrow = TestClient(create_app(Settings(max_body_mib=0.01, threads=1)))
    answer = narrow.post(PATH, content=OWN, headers=WAV)
    assert answer.status_code == 413
    assert "a shorter recording" in answer.json()["detail"]
    answer = client.post(PATH, content=OWN, headers={"Content-Type": "audio/mpeg"})
    assert answer.status_code == 415
    assert "audio/wav (a WAV)" in answer.json()["detail"]


def test_too_much_work_says_how_much_shorter(client: TestClient) -> None:
    answer = client.post(f"{PATH}?length=65536&hidden=256&model=lstm", content=OWN, headers=WAV)
    assert (answer.status_code, answer.json()["title"]) == (422, "That is more work than this server does at once")
    assert any(fault["field"] == "length" for fault in answer.json()["errors"])


def test_a_recording_that_is_too_long_is_refused_however_few_steps_are_shown() -> None:
    little = TestClient(create_app(Settings(max_memory_mib=30, threads=1)))
    assert little.post(f"{PATH}?length=3", content=OWN, headers=WAV).status_code == 200
    long = riff(layout(bits=8), chunk(b"data", bytes([128]) * 500_000))
    answer = little.post(f"{PATH}?length=3", content=long, headers=WAV)
    assert (answer.status_code, answer.json()["title"]) == (422, "That is more work than this server does at once")
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "body"
    assert "a recording of 500000 samples takes about 35" in fault["message"]
    assert "where 30 are allowed: cut it, or lower its sample rate." in fault["message"]


def test_a_recording_can_be_asserted_about_and_its_progress_followed(client: TestClient) -> None:
    answer = client.post("/api/v1/check?assert=horizon>=1&frame=100", content=OWN, headers=WAV)
    assert (answer.json()["passed"], answer.json()["query"]["length"]) == (True, 20)
    events = client.post(f"{PATH}/progress?frame=100&seed=5", content=OWN, headers=WAV)
    assert events.headers["content-type"].startswith("text/event-stream")
    *_, data = (line.removeprefix("data: ") for line in events.text.splitlines() if line.startswith("data: "))
    assert json.loads(data)["links"]["self"] == PATH
    refused = client.post(f"{PATH}/progress?frame=100", content=b"RIFF", headers=WAV)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body")
