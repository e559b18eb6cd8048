"""A recording of somebody's own: the bytes of its samples, and how they become numbers between −1 and 1."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array

# So many numbers are decoded at once: the samples of all channels must not stand in memory beside their average.
_CHUNK_NUMBERS = 2**19


@dataclass(frozen=True, eq=False)
class Recording:
    """Samples as a WAV file has them: little-endian numbers, one of each channel for every sample, `rate` a second.

    Floats have 32 or 64 bits; otherwise the numbers are whole, of 8, 16, 24 or 32.
    """

    rate: int
    channels: int
    bits: int
    is_float: bool
    data: memoryview

    @property
    def count(self) -> int:
        """How many samples each channel has."""
        return len(self.data) // (self.channels * self.bits // 8)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.count / self.rate

    def numbers(self) -> Iterator[tuple[int, Array]]:
        """Decode the numbers of all channels in parts (n, channels), each with its first sample, counted from 0.

        Whole numbers are divided by their full scale, floats are as they are.
        """
        width = self.channels * self.bits // 8
        chunk = max(1, _CHUNK_NUMBERS // self.channels)
        for first in range(0, self.count, chunk):
            part = self.data[first * width : min(first + chunk, self.count) * width]
            yield first, self._decode(part).reshape(-1, self.channels)

    def samples(self) -> Array:
        """Average the channels, shape (count,)."""
        averaged = np.empty(self.count)
        for first, part in self.numbers():
            averaged[first : first + len(part)] = part.mean(axis=1)
        return averaged

    def _decode(self, part: memoryview) -> Array:
        if self.is_float:
            # Some bytes are a NaN that warns when it is converted; whoever reads the file refuses it by its place.
            with np.errstate(invalid="ignore"):
                return np.frombuffer(part, f"<f{self.bits // 8}").astype(np.float64)
        if self.bits == 8:
            # Eight bits have no sign: silence is 128.
            return (np.frombuffer(part, "u1") - 128.0) / 128.0
        integers = _widen(part) if self.bits == 24 else np.frombuffer(part, f"<i{self.bits // 8}")
        return integers / 2.0 ** (8 * integers.itemsize - 1)


def _widen(part: memoryview) -> npt.NDArray[np.int32]:
    """Put 24 bits into the upper ones of 32: the sign stays where it is."""
    wide = np.zeros((len(part) // 3, 4), np.uint8)
    wide[:, 1:] = np.frombuffer(part, np.uint8).reshape(-1, 3)
    return wide.view("<i4")[:, 0]
