"""Recordings of one's own: the bytes of a file against numbers that the test itself wrote."""

import struct

import numpy as np
import pytest

from tests.cases import few
from tests.core.data.recordings import RNG, recorded
from unrolled.core.data.audio import RATE


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


@pytest.mark.parametrize("channels", few([1, 2, 3], [1, 3]))
def test_a_long_recording_is_decoded_in_parts_that_are_the_whole(channels):
    written = RNG.integers(-(2**31), 2**31, (1_400_000 // channels, channels)).astype("<i4")
    sound = recorded(written.tobytes(), 32, channels)
    parts = list(sound.numbers())
    assert len(parts) > 2
    assert [first for first, _ in parts] == np.cumsum([0, *(len(part) for _, part in parts[:-1])]).tolist()
    np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), written / 2**31)
