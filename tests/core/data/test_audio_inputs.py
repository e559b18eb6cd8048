"""What enters of a sound, and what is said of it."""

import tracemalloc
from itertools import product as cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.data.recordings import RNG, recorded, sixteen
from unrolled.core.data.audio import band_energies, cut_frames, recording
from unrolled.core.data.audio_inputs import audio_bytes, audio_inputs, describe
from unrolled.core.data.sequences import make_sequence

FEATURES = ["bands", "samples"]
SOME = [(1, "samples"), (64, "bands"), (100, "bands")]


@pytest.mark.parametrize(("frame", "features"), few(cases([1, 64, 100], FEATURES), SOME))
def test_an_uploaded_recording_is_read_like_the_bundled_one(frame, features):
    own = recorded((recording() * 2**15).astype("<i2").tobytes(), 16)
    ours, theirs = audio_inputs(frame, features), audio_inputs(frame, features, own)
    np.testing.assert_array_equal(theirs.inputs, ours.inputs)
    assert theirs.notes[:-1] == ours.notes[:-1]
    assert theirs.notes[-1] == "Your own recording: 2.64 s, 8000 samples a second, 16 bits, one channel."


RATES = [(8000, 64), (44100, 64), (48000, 512), (11025, 33)]
SOME_TONES = list(zip(RATES, [0, 5, 14, 5], strict=True))


@pytest.mark.parametrize(("sampling", "band"), few(cases(RATES, [0, 5, 14]), SOME_TONES))
def test_a_tone_is_loud_in_its_own_band_while_it_sounds(sampling, band):
    rate, frame = sampling
    # Silence, then a tone in the middle of a band: its band rises by more than any other, whatever the rate.
    bins, bands = frame // 2, min(16, frame // 2)
    middle = (band * bins // bands + (band + 1) * bins // bands + 1) / 2
    time = np.arange(20 * frame)
    tone = np.where(time < 10 * frame, 0, 0.5 * np.sin(2 * np.pi * middle * time / frame))
    energies = band_energies(cut_frames(sixteen(tone, rate).samples(), frame))
    rise = energies[10:].mean(axis=0) - energies[:10].mean(axis=0)
    assert rise.argmax() == band
    inputs = audio_inputs(frame, "bands", sixteen(tone, rate)).inputs
    np.testing.assert_allclose(inputs[:10, band], -1, atol=0.02)
    np.testing.assert_allclose(inputs[10:, band], 1, atol=0.02)


def test_silence_is_zero_and_has_a_note():
    for features, sentence in (("bands", "Its loudness never changes"), ("samples", "The samples are all equal")):
        silent = audio_inputs(64, features, sixteen(np.zeros(640)))
        np.testing.assert_array_equal(silent.inputs, 0)
        assert any(sentence in line for line in silent.notes)


def test_bands_that_never_change_are_zero_and_counted():
    # Four samples a frame have two frequencies: the lower one is never there, the upper one comes and goes.
    frames = np.array([[1, -1, 1, -1], [0, 0, 0, 0], [1, -1, 1, -1]]) / 2
    sound = audio_inputs(4, "bands", sixteen(frames.ravel()))
    np.testing.assert_array_equal(sound.inputs[:, 0], 0)
    np.testing.assert_allclose(sound.inputs[:, 1], np.array([1, -2, 1]) / np.sqrt(2))
    assert "The loudness of 1 band never changes: standardised, it is 0 at every step." in sound.notes


def test_extreme_floats_stay_finite():
    data = np.array([1e100, -1e100, 0.0, 5e-324] * 16).tobytes()
    for features in ("bands", "samples"):
        assert np.isfinite(audio_inputs(8, features, recorded(data, 64, is_float=True)).inputs).all()


SOME_FRAMES = [(1, "bands"), (64, "bands"), (512, "samples")]


@pytest.mark.parametrize(("frame", "features"), few(cases([1, 2, 64, 512], FEATURES), SOME_FRAMES))
def test_memory_stays_below_its_estimate(frame, features):
    own = recorded(RNG.integers(-(2**15), 2**15, (3_000_000, 2)).astype("<i2").tobytes(), 16, 2)
    tracemalloc.start()
    make_sequence("sound", 20, rng=RNG, frame=frame, features=features, amplitude=2.0, recording=own)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= audio_bytes(own)
    # Frames of one sample, and samples, take what is estimated; bands of larger frames, at least the samples.
    assert peak > (0.6 if frame == 1 or features == "samples" else 0.25) * audio_bytes(own)


@pytest.mark.parametrize(
    ("channels", "bits", "is_float", "count", "rate", "description"),
    [
        (1, 16, False, 3200, 1000, "3.2 s, 1000 samples a second, 16 bits, one channel"),
        (2, 32, True, 44100, 44100, "1 s, 44100 samples a second, 32 bits, floating point, 2 channels averaged"),
        (1, 8, False, 12345, 1, "12345 s, 1 samples a second, 8 bits, one channel"),
    ],
)
def test_a_recording_is_described(channels, bits, is_float, count, rate, description):
    own = recorded(bytes(count * channels * bits // 8), bits, channels, rate=rate, is_float=is_float)
    assert describe(own) == description
