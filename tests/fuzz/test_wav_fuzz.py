"""Any WAV at all, whole, damaged or made up: it is read, or refused by name, and never breaks anything."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.cases import examples
from tests.experiment.uploads.wavs import chunk, extensible, floats, riff, written
from unrolled.core.data.recording import Recording
from unrolled.errors import InvalidInput
from unrolled.experiment.uploads.wav import read_wav
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS

fuzzed = settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
WAV = {"Content-Type": "audio/wav"}
SOUND = np.random.default_rng(0).uniform(-1, 1, (40, 2))
GOOD = (
    written(SOUND), written(SOUND[:, 0], 44100, 8), written(SOUND, 1, 24), floats(SOUND, 2), floats(SOUND, 2, 64),
    riff(chunk(b"LIST", b"odd"), extensible(1, 1, 32), chunk(b"data", bytes(400)), chunk(b"id3 ", b"x")),
)  # fmt: skip
NUMBERS = st.sampled_from([0, 1, 2, 3, 7, 8, 16, 24, 32, 2**16 - 2, 2**16 - 1]) | st.integers(0, 2**16 - 1)
SIZES = st.sampled_from([0, 1, 2**31, 2**32 - 1]) | st.integers(0, 2**32 - 1)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a good file, write over some of it, cut it, and put something behind it."""
    body = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(0, 4))):
        wrong = draw(st.binary(min_size=1, max_size=8) | SIZES.map(lambda size: struct.pack("<I", size)))
        # The header is where most can go wrong.
        place = draw(st.integers(0, 80) | st.integers(0, len(body) - 1))
        body[place : place + len(wrong)] = wrong
    return bytes(body[: draw(st.integers(0, len(body)) | st.just(len(body)))]) + draw(st.just(b"") | st.binary())


@st.composite
def made_up(draw: st.DrawFn) -> bytes:
    """Draw a header of any numbers, before any bytes."""
    header = struct.pack("<HHIIHH", draw(NUMBERS), draw(NUMBERS), draw(SIZES), 0, draw(NUMBERS), draw(NUMBERS))
    return riff(chunk(b"fmt ", header + draw(st.binary(max_size=30))), chunk(b"data", draw(st.binary(max_size=200))))


@st.composite
def honest(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """Draw a file that is as it says: its bytes, its rate, its samples."""
    tag, bits = draw(st.sampled_from([(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)]))
    channels, rate, count = draw(st.integers(1, 5)), draw(st.integers(1, 2**32 - 1)), draw(st.integers(1, 60))
    size = count * channels * bits // 8
    data = draw(st.binary(min_size=size, max_size=size))
    block = channels * bits // 8
    header = struct.pack("<HHIIHH", tag, channels, rate, rate * block % 2**32, block, bits)
    return riff(chunk(b"fmt ", header), chunk(b"data", data)), rate, count


@pytest.fixture(scope="module")
def small() -> TestClient:
    return TestClient(create_app(Settings(cache_mib=1, threads=2)))


def check(answer: Any) -> None:
    """Hold an answer to the contract."""
    assert answer.status_code in (200, 422), answer.text[:500]
    if answer.headers["content-type"] == "application/json":
        answer.json(parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    if answer.status_code == 422:
        assert all(fault["message"] for fault in answer.json()["errors"]), answer.text[:500]


def read_or_refused(body: bytes) -> Recording | InvalidInput:
    """Read a file, or give what is wrong with it; nothing else may come of it."""
    try:
        return read_wav(body, 2**20)
    except InvalidInput as error:
        return error


@settings(max_examples=examples(1500), deadline=None)
@given(damaged() | made_up() | st.binary(max_size=100))
def test_whatever_calls_itself_a_wav_is_read_or_refused(body: bytes) -> None:
    read = read_or_refused(body)
    if isinstance(read, InvalidInput):
        assert {fault.field for fault in read.errors} == {"body"}
        assert read.detail.isprintable()
        return
    samples = read.samples()
    assert samples.shape == (read.count,)
    assert np.isfinite(samples).all()
    assert read.count > 0


@fuzzed
@given(honest())
def test_what_is_as_it_says_is_read_unless_it_holds_no_numbers(drawn: tuple[bytes, int, int]) -> None:
    body, rate, count = drawn
    read = read_or_refused(body)
    if isinstance(read, InvalidInput):
        assert "give finite numbers" in read.detail
        return
    assert (read.rate, read.count) == (rate, count)
    assert read.is_float or np.abs(read.samples()).max() <= 1


@fuzzed
@given(
    body=damaged() | made_up() | honest().map(lambda drawn: drawn[0]),
    path=st.sampled_from([f"/api/v1/{view}{form}" for view in VIEWS for form in ("", "/figure", ".csv", ".npz")]),
    frame=st.sampled_from([1, 2, 3, 16, 64, 512]),
    features=st.sampled_from(["bands", "samples"]),
    more=st.sampled_from(["", "length=5", "length=50&model=gru", "input=text", "t=3&hidden=2"]),
)
def test_any_wav_is_answered(small: TestClient, body: bytes, path: str, frame: int, features: str, more: str) -> None:
    check(small.post(f"{path}?frame={frame}&features={features}&{more}", content=body, headers=WAV))


def test_the_good_ones_are_good(small: TestClient) -> None:
    for body in GOOD:
        answer = small.post("/api/v1/influence?frame=4", content=body, headers=WAV)
        assert answer.status_code == 200, answer.text
