"""Recordings of one's own: the bytes of a file against numbers that the test itself wrote, and how they are heard."""

import struct
import tracemalloc

import numpy as np
import pytest

from unrolled.core.data.audio import RATE, band_energies, cut_frames, frame_times, recording
from unrolled.core.data.audio_inputs import audio_bytes, audio_inputs, describe
from unrolled.core.data.recording import Recording
from unrolled.core.data.sequences import PAD, make_sequence

RNG = np.random.default_rng(0)


def recorded(data: bytes, bits: int, channels: int = 1, *, rate: int = RATE, is_float: bool = False) -> Recording:
    return Recording(rate, channels, bits, is_float, memoryview(data))


def sixteen(samples, rate=RATE):
    """Write samples between −1 and 1 as sixteen bits."""
    return recorded(np.round(samples * 32767).astype("<i2").tobytes(), 16, rate=rate)


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_whole_numbers_are_shares_of_their_full_scale(bits):
    full = 2 ** (bits - 1)
    written = [0, 1, -1, full - 1, -full, full // 2, -full // 3]
    # Python writes the bytes: eight bits have no sign, the others are two's complement, the lowest byte first.
    data = b"".join(
        (value + full).to_bytes(1, "little") if bits == 8 else value.to_bytes(bits // 8, "little", signed=True)
        for value in written
    )
    np.testing.assert_array_equal(recorded(data, bits).samples(), np.array(written) / full)


@pytest.mark.parametrize(("bits", "code"), [(32, "f"), (64, "d")])
def test_floats_are_taken_as_they_are(bits, code):
    written = [0.0, 0.5, -1.25, 3.0, 2.0**-20]
    data = struct.pack(f"<{len(written)}{code}", *written)
    np.testing.assert_array_equal(recorded(data, bits, is_float=True).samples(), written)


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_channels_are_averaged(channels):
    written = RNG.integers(-(2**15), 2**15, (500, channels))
    sound = recorded(written.astype("<i2").tobytes(), 16, channels)
    assert (sound.count, sound.seconds) == (500, 500 / RATE)
    np.testing.assert_allclose(sound.samples(), written.mean(axis=1) / 2**15, rtol=0, atol=1e-15)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_a_long_recording_is_decoded_in_parts_that_are_the_whole(channels):
    written = RNG.integers(-(2**31), 2**31, (1_400_000 // channels, channels)).astype("<i4")
    sound = recorded(written.tobytes(), 32, channels)
    parts = list(sound.numbers())
    assert len(parts) > 2
    assert [first for first, _ in parts] == np.cumsum([0, *(len(part) for _, part in parts[:-1])]).tolist()
    np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), written / 2**31)


@pytest.mark.parametrize("features", ["bands", "samples"])
@pytest.mark.parametrize("frame", [1, 64, 100])
def test_ones_own_recording_is_heard_like_the_bundled_one(frame, features):
    own = recorded((recording() * 2**15).astype("<i2").tobytes(), 16)
    ours, theirs = audio_inputs(frame, features), audio_inputs(frame, features, own)
    np.testing.assert_array_equal(theirs.inputs, ours.inputs)
    assert theirs.notes[:-1] == ours.notes[:-1]
    assert theirs.notes[-1] == "Your own recording: 2.64 s, 8000 samples a second, 16 bits, one channel."


def test_a_long_recording_is_transformed_in_parts_that_are_the_whole():
    frames = RNG.standard_normal((9000, 64))
    whole = np.concatenate([band_energies(part) for part in np.split(frames, 9)])
    np.testing.assert_array_equal(band_energies(frames), whole)


@pytest.mark.parametrize(("rate", "frame"), [(8000, 64), (44100, 64), (48000, 512), (11025, 33)])
@pytest.mark.parametrize("band", [0, 5, 14])
def test_a_tone_is_loud_in_its_own_band_while_it_sounds(rate, frame, band):
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


def test_silence_is_zero_and_said():
    for features, said in (("bands", "Its loudness never changes"), ("samples", "The samples are all equal")):
        silent = audio_inputs(64, features, sixteen(np.zeros(640)))
        np.testing.assert_array_equal(silent.inputs, 0)
        assert any(said in line for line in silent.notes)


def test_bands_that_never_change_are_zero_and_counted():
    # Four samples a frame have two frequencies: the lower one is never there, the upper one comes and goes.
    frames = np.array([[1, -1, 1, -1], [0, 0, 0, 0], [1, -1, 1, -1]]) / 2
    sound = audio_inputs(4, "bands", sixteen(frames.ravel()))
    np.testing.assert_array_equal(sound.inputs[:, 0], 0)
    np.testing.assert_allclose(sound.inputs[:, 1], np.array([1, -2, 1]) / np.sqrt(2))
    assert "The loudness of 1 band never changes: standardised, it is 0 at every step." in sound.notes


def test_a_recording_is_cut_padded_and_keeps_its_seconds():
    own = sixteen(0.1 * RNG.standard_normal(44100), 44100)
    short = make_sequence("sound", 5, rng=RNG, recording=own)
    assert short.labels == ("0.0000 s", "0.0015 s", "0.0029 s", "0.0044 s", "0.0058 s")
    assert short.notes[-1] == "The recording has 689 frames; the first 5 are used, one for each step."
    assert short.inputs.base is None
    long = make_sequence("sound", 700, rng=RNG, recording=own)
    assert (long.padding, long.labels[689:]) == (11, (PAD,) * 11)
    np.testing.assert_array_equal(long.inputs[:5], short.inputs)


def test_extreme_floats_stay_finite():
    data = np.array([1e100, -1e100, 0.0, 5e-324] * 16).tobytes()
    for features in ("bands", "samples"):
        assert np.isfinite(audio_inputs(8, features, recorded(data, 64, is_float=True)).inputs).all()


@pytest.mark.parametrize("features", ["bands", "samples"])
@pytest.mark.parametrize("frame", [1, 2, 64, 512])
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
    ("frame", "rate", "second"),
    [
        (64, 44100, "0.0015 s"), (441, 44100, "0.01 s"), (1, 48000, "0.000021 s"), (64, 16000, "0.004 s"),
        (512, 1, "512 s"), (512, 3, "171 s"), (1, 2**32 - 1, "0.00000000023 s"),
    ],
)  # fmt: skip
def test_times_of_any_rate_tell_frames_apart(frame, rate, second):
    assert frame_times(frame, 2, rate)[1] == second
    times = frame_times(frame, 2000, rate)
    assert len(set(times)) == 2000
    exact = np.arange(2000) * frame / rate
    assert np.abs([float(time[:-2]) for time in times] - exact).max() <= 0.051 * frame / rate


@pytest.mark.parametrize(
    ("channels", "bits", "is_float", "count", "rate", "said"),
    [
        (1, 16, False, 3200, 1000, "3.2 s, 1000 samples a second, 16 bits, one channel"),
        (2, 32, True, 44100, 44100, "1 s, 44100 samples a second, 32 bits, floating point, 2 channels averaged"),
        (1, 8, False, 12345, 1, "12345 s, 1 samples a second, 8 bits, one channel"),
    ],
)
def test_a_recording_is_described(channels, bits, is_float, count, rate, said):
    own = recorded(bytes(count * channels * bits // 8), bits, channels, rate=rate, is_float=is_float)
    assert describe(own) == said
