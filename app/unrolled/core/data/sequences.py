"""The sequences that drive a network: drawn ones, text, a series of numbers, and what is bundled: a series, a sound."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.data.audio import SOURCE as SOURCE_OF_SOUND
from unrolled.core.data.audio import frame_times
from unrolled.core.data.audio_inputs import audio_inputs
from unrolled.core.data.recording import Recording
from unrolled.core.data.standardise import standardise
from unrolled.core.data.sunspots import FIRST_YEAR, SOURCE, SUNSPOTS

PAD = "·"
PERIOD = 16


@dataclass(frozen=True)
class SequenceKind:
    """One kind of sequence: name in a URL, label, law in LaTeX, source, one sentence for a learner."""

    name: str
    label: str
    formula: str
    source: str
    note: str


@dataclass(frozen=True)
class Sequence:
    """The sequence a network is driven with.

    Attributes
    ----------
    inputs : array of shape (T, D)
        x_1 … x_T.
    labels : tuple of str
        What stands under the axis at each of the T steps.
    notes : tuple of str
        One sentence for everything that was cut, padded or scaled.
    padding : int
        How many steps at the end are no part of the data.
    """

    inputs: Array
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    padding: int = 0

    @property
    def data_length(self) -> int:
        """How many steps were given, before the padding."""
        return len(self.inputs) - self.padding


_ROWS = (
    SequenceKind(
        "noise", "white noise", r"x_t\sim N(0,1)", "", "Every step is new: nothing to remember, nothing to predict."
    ),
    SequenceKind("constant", "constant", r"x_t=1", "", "The same push at every step; the state settles or swings."),
    SequenceKind("impulse", "impulse", r"x_1=1,\ x_t=0", "", "One push at the first step, then silence."),
    SequenceKind("sine", "sine wave", r"x_t=\sin(2\pi (t-1)/16)", "", "A period of sixteen steps."),
    SequenceKind(
        "walk", "random walk", r"x_t=x_{t-1}+N(0,1)", "", "It wanders off, and carries the units into saturation."
    ),
    SequenceKind(
        "text",
        "text",
        r"x_t=e_{c(t)}",
        "Your own sentence",
        "One character a step, as a one-hot vector over the characters of the text.",
    ),
    SequenceKind(
        "sound",
        "sound, a spoken sentence",
        r"x_t=f\left(s_{(t-1)N+1},\ldots,s_{tN}\right)",
        SOURCE_OF_SOUND,
        "A recording cut into frames of N samples, the bundled one of 8000 a second: a voice holds on for many frames.",
    ),
    SequenceKind(
        "series",
        "your own numbers",
        r"x_t=(s_t-\bar s)/\sigma_s",
        "Your own numbers",
        "Your own series, standardised to mean 0 and deviation 1.",
    ),
    SequenceKind(
        "sunspots",
        "sunspots, yearly",
        r"x_t=(s_t-\bar s)/\sigma_s",
        SOURCE,
        "Yearly sunspot numbers from 1700 on, standardised: a real series with a period near eleven years.",
    ),
)

SEQUENCES: Mapping[str, SequenceKind] = {row.name: row for row in _ROWS}


def make_sequence(
    kind: str,
    length: int,
    *,
    rng: Generator,
    amplitude: float = 1.0,
    characters: tuple[str, ...] = (),
    series: tuple[float, ...] = (),
    frame: int = 64,
    features: str = "bands",
    recording: Recording | None = None,
) -> Sequence:
    """Make T steps of a sequence; a longer one begins with the shorter one.

    Parameters
    ----------
    kind : str
        A name out of ``SEQUENCES``.
    length : int
        Number of steps T.
    rng : numpy.random.Generator
        Draws noise and random walk.
    amplitude : float
        Multiplies the inputs.
    characters : tuple of str
        The characters of a text; needed for ``text``.
    series : tuple of float
        The numbers; needed for ``series``.
    frame, features : int, {"bands", "samples"}
        How many samples of a ``sound`` make one step, and what of them enters.
    recording : Recording, optional
        The ``sound``, of at least one frame; the bundled one when left out.

    Returns
    -------
    Sequence
        Inputs of shape (T, D); D is 1, for text the number of distinct characters in the whole text, and for sound
        the number of samples or bands of a frame.
    """
    if kind == "text":
        return _fitted(amplitude * _one_hot(characters), characters, (), length, "text", "characters")
    if kind == "series":
        whole, told = standardise(np.array(series)[:, None], "Your numbers")
        return _fitted(amplitude * whole, _numbers(len(series)), told, length, "series", "numbers")
    if kind == "sound":
        sound = audio_inputs(frame, features, recording)
        times = frame_times(frame, min(length, len(sound.inputs)), sound.rate)
        return _fitted(amplitude * sound.inputs, times, sound.notes, length, "recording", "frames")
    if kind == "sunspots":
        whole, told = standardise(np.array(SUNSPOTS)[:, None], "The sunspot numbers")
        told += (f"Source: {SOURCE}.",)
        years = tuple(str(FIRST_YEAR + offset) for offset in range(len(SUNSPOTS)))
        return _fitted(amplitude * whole, years, told, length, "series", "years")
    return Sequence(amplitude * _drawn(kind, length, rng)[:, None], _numbers(length), ())


def _drawn(kind: str, length: int, rng: Generator) -> Array:
    """Make the sequences that have a law, shape (T,)."""
    step = np.arange(length, dtype=np.float64)
    if kind == "noise":
        return rng.standard_normal(length)
    if kind == "walk":
        return np.cumsum(rng.standard_normal(length))
    if kind == "constant":
        return np.ones(length)
    if kind == "impulse":
        return (step == 0).astype(np.float64)
    return np.sin(2.0 * np.pi * (step % PERIOD) / PERIOD)


def _one_hot(characters: tuple[str, ...]) -> Array:
    """Write each character as a unit vector over the sorted distinct characters."""
    alphabet = sorted(set(characters))
    return np.eye(len(alphabet))[[alphabet.index(character) for character in characters]]


def _numbers(length: int) -> tuple[str, ...]:
    """Label steps by their number, 1-based."""
    return tuple(map(str, range(1, length + 1)))


def _fitted(
    whole: Array, labels: tuple[str, ...], notes: tuple[str, ...], length: int, noun: str, unit: str
) -> Sequence:
    """Cut or pad a sequence of given data to T steps, and say so."""
    have = whole.shape[0]
    if have > length:
        notes += (f"The {noun} has {have} {unit}; the first {length} are used, one for each step.",)
    if have < length:
        notes += (f"The {noun} has {have} {unit}; the other {length - have} steps get no input.",)
        whole = np.vstack([whole, np.zeros((length - have, whole.shape[1]))])
        labels += (PAD,) * (length - have)
    # A copy of its own: a part would keep the whole of a long recording in memory.
    kept = whole[:length].copy() if have > length else whole
    return Sequence(kept, labels[:length], notes, max(length - have, 0))
