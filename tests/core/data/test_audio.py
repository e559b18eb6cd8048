"""The bundled recording, and the bands of a frame against sounds whose energy is known."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.data.audio import RATE, band_count, band_energies, cut_frames, frame_times, recording


def tone(frequency, frame=64, count=1, amplitude=1.0):
    time = np.arange(frame * count) / RATE
    return cut_frames(amplitude * np.sin(2 * np.pi * frequency * time), frame)


def test_the_recording_is_a_voice_and_not_silence():
    samples = recording()
    assert samples.shape == (21120,)
    assert 0.2 < np.abs(samples).max() < 1
    assert np.isfinite(samples).all()
    # A voiced sound repeats after one period of the voice: between 2.5 and 12.5 ms.
    loudest = samples[:21120].reshape(-1, 480)
    loudest = loudest[np.square(loudest).sum(axis=1).argmax()]
    same = [np.corrcoef(loudest[lag:], loudest[:-lag])[0, 1] for lag in range(20, 100)]
    assert max(same) > 0.7


def test_the_file_is_small_and_says_what_the_code_says():
    path = Path(__file__).parents[3] / "app/unrolled/core/data/speech.wav"
    assert path.stat().st_size < 50_000
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)


def test_the_recording_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        recording()[0] = 1.0


def test_frames_follow_each_other_and_the_rest_is_dropped():
    np.testing.assert_array_equal(cut_frames(np.arange(7.0), 3), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize("band", few(range(15), [0, 6, 14]))
def test_a_tone_is_loudest_in_its_own_band(band):
    # 64 samples at 8 kHz: bins of 125 Hz, two to a band.
    energies = band_energies(tone(250 * band + 125))
    assert energies.shape == (1, 16)
    assert energies[0].argmax() == band
    assert energies[0, band] == pytest.approx(np.log10(0.5), abs=1e-6)
    assert np.delete(energies[0], band).max() < -8


@pytest.mark.parametrize("frame", few([2, 3, 7, 40, 64, 65, 512], [2, 7, 64, 65]))
def test_the_bands_together_are_the_energy_around_the_mean(frame):
    frames = np.random.default_rng(1).standard_normal((5, frame))
    total = np.power(10.0, band_energies(frames)).sum(axis=1)
    np.testing.assert_allclose(total, frames.var(axis=1), atol=2e-8)


def test_a_frame_of_one_sample_is_its_own_energy():
    np.testing.assert_allclose(band_energies(np.array([[0.5], [-2.0]])), np.log10([[0.25], [4.0]]), rtol=1e-6)


def test_silence_is_as_silent_as_sixteen_bits():
    np.testing.assert_allclose(band_energies(np.zeros((1, 64))), np.log10(2.0**-30))


@pytest.mark.parametrize(("frame", "bands"), [(1, 1), (2, 1), (3, 1), (4, 2), (31, 15), (32, 16), (512, 16)])
def test_no_more_bands_than_frequencies(frame, bands):
    assert band_count(frame) == bands == band_energies(np.ones((1, frame))).shape[1]


@pytest.mark.parametrize(
    ("frame", "second"), [(1, "0.000125 s"), (8, "0.001 s"), (64, "0.008 s"), (80, "0.01 s"), (100, "0.0125 s")]
)
def test_times_have_as_many_decimals_as_they_need(frame, second):
    assert frame_times(frame, 3)[1] == second


def test_a_long_recording_is_transformed_in_parts_that_are_the_whole():
    frames = np.random.default_rng(0).standard_normal((9000, 64))
    joined = np.concatenate([band_energies(part) for part in np.split(frames, 9)])
    np.testing.assert_array_equal(band_energies(frames), joined)


@pytest.mark.parametrize(
    ("frame", "rate", "second"),
    [
        (64, 44100, "0.0015 s"), (441, 44100, "0.01 s"), (1, 48000, "0.000021 s"), (64, 16000, "0.004 s"),
        (512, 1, "512 s"), (512, 3, "171 s"), (1, 2**32 - 1, "0.00000000023 s"),
    ],
)  # fmt: skip
def test_frames_have_different_times_at_any_rate(frame, rate, second):
    assert frame_times(frame, 2, rate)[1] == second
    times = frame_times(frame, 2000, rate)
    assert len(set(times)) == 2000
    exact = np.arange(2000) * frame / rate
    assert np.abs([float(time[:-2]) for time in times] - exact).max() <= 0.051 * frame / rate
