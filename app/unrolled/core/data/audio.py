"""The bundled recording, and a sound as a sequence: frames of samples, or the energies of their bands.

Recording: “He was not an ill-disposed young man”, from chapter 1 of Jane Austen's *Sense and Sensibility*, out of the
test data of PocketSphinx (BSD-2-Clause, Carnegie Mellon University), file
``librivox/sense_and_sensibility_01_austen_64kb-0880.wav``. Folder and name are those of LibriVox, which gives all
of its recordings to the public domain. Low-passed and brought from 16 to 8 kHz for this project, its silent ends cut
off; 16 bits, 2.64 s.
"""

import math
import wave
from functools import cache
from importlib.resources import files

import numpy as np

from unrolled.core.arrays.types import Array

SENTENCE = "He was not an ill-disposed young man"
SOURCE = (
    f"“{SENTENCE}”, from Jane Austen's “Sense and Sensibility”, a recording by LibriVox (public domain) "
    "out of the test data of PocketSphinx (BSD-2-Clause)"
)
RATE = 8000
BANDS = 16
_FULL_SCALE = 2.0**15
# The energy of one step of the 16 bits: what is more silent than that was not recorded.
_FLOOR = _FULL_SCALE**-2
# So many samples are transformed at once, which bounds the memory that a long recording takes.
_CHUNK_SAMPLES = 2**18
# A time of more decimals is rounded.
_DECIMALS = 6


@cache
def recording() -> Array:
    """Read the bundled recording: 21,120 samples between −1 and 1, ``RATE`` a second; read-only."""
    with files("unrolled.core.data").joinpath("speech.wav").open("rb") as file, wave.open(file) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / _FULL_SCALE
    samples.flags.writeable = False
    return samples


def cut_frames(samples: Array, frame: int) -> Array:
    """Cut samples into frames that follow each other, shape (n // frame, frame); what is left at the end is dropped."""
    count = len(samples) // frame
    return samples[: count * frame].reshape(count, frame)


def band_count(frame: int) -> int:
    """Tell how many bands a frame has: 16, or as many as it has frequencies above 0."""
    return max(1, min(BANDS, frame // 2))


def audio_width(frame: int, features: str) -> int:
    """Tell how many numbers enter at each step: the samples of a frame, or its bands."""
    return frame if features == "samples" else band_count(frame)


def frame_times(frame: int, count: int, rate: int = RATE) -> tuple[str, ...]:
    """Say when each frame begins, in as few decimals as are exact, or as tell two frames apart.

    For example ``0.000 s``, ``0.008 s`` …; where a time has no end, or too many decimals, it is rounded to a tenth
    of a frame or finer: ``0.0000 s``, ``0.0015 s`` … for 64 samples of 44,100 a second.
    """
    exact = (places for places in range(_DECIMALS + 1) if frame * 10**places % rate == 0)
    decimals = next(exact, max(0, 1 - math.floor(math.log10(frame / rate))))
    return tuple(f"{index * frame / rate:.{decimals}f} s" for index in range(count))


def band_energies(frames: Array) -> Array:
    """Measure how loud each band of each frame (n, N) is, shape (n, `band_count`), the lowest band first.

    log10 of the mean square that the frequencies of a band contribute to the frame; no less than that of the smallest
    step of 16 bits. The frequencies of a frame's discrete Fourier transform above 0, up to half the sampling rate, are
    put into bands of equal width, as nearly as their number allows. There is no taper. A frame of one sample is one
    band.
    """
    count, length = frames.shape
    energies = np.empty((count, band_count(length)))
    chunk = max(1, _CHUNK_SAMPLES // length)
    for first in range(0, count, chunk):
        energies[first : first + chunk] = _energies(frames[first : first + chunk])
    return energies


def _energies(frames: Array) -> Array:
    length = frames.shape[1]
    power = np.square(np.abs(np.fft.rfft(frames, axis=1))) / length**2
    # All but the mean and half the sampling rate stand for a pair of conjugate frequencies.
    power[:, 1 : (length + 1) // 2] *= 2.0
    if length > 1:
        power = power[:, 1:]
    bands = band_count(length)
    first = np.arange(bands) * power.shape[1] // bands
    return np.asarray(np.log10(np.add.reduceat(power, first, axis=1) + _FLOOR))
