"""Recordings as a file would have them."""

import numpy as np

from unrolled.core.data.audio import RATE
from unrolled.core.data.recording import Recording

RNG = np.random.default_rng(0)


def recorded(data: bytes, bits: int, channels: int = 1, *, rate: int = RATE, is_float: bool = False) -> Recording:
    return Recording(rate, channels, bits, is_float, memoryview(data))


def sixteen(samples, rate=RATE):
    """Write samples between −1 and 1 as sixteen bits."""
    return recorded(np.round(samples * 32767).astype("<i2").tobytes(), 16, rate=rate)
