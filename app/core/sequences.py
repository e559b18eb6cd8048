"""The sequences that drive a network: drawn ones, text, a series of numbers, and what is bundled: a series, a sound."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from app.core.arrays import Array
from app.core.sound import RATE, band_energies, framed, recording, seconds
from app.core.sound import SOURCE as SOURCE_OF_SOUND
from app.core.sunspots import FIRST_YEAR, SOURCE, SUNSPOTS

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
    def given(self) -> int:
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
        "A real recording cut into frames of N samples, 8000 samples a second: a voice holds on for many frames.",
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

    Returns
    -------
    Sequence
        Inputs of shape (T, D); D is 1, for text the number of distinct characters in the whole text, and for sound
        the number of samples or bands of a frame.
    """
    if kind == "text":
        return _fitted(amplitude * _one_hot(characters), characters, (), length, "text", "characters")
    if kind == "series":
        whole, told = _standardised(np.array(series)[:, None], "Your numbers")
        return _fitted(amplitude * whole, _numbers(len(series)), told, length, "series", "numbers")
    if kind == "sound":
        whole, told = _heard(frame, features)
        return _fitted(amplitude * whole, seconds(frame, len(whole)), told, length, "recording", "frames")
    if kind == "sunspots":
        whole, told = _standardised(np.array(SUNSPOTS)[:, None], "The sunspot numbers")
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


def _heard(frame: int, features: str) -> tuple[Array, tuple[str, ...]]:
    """Cut the bundled recording into frames, and scale what enters of them, shape (n, D)."""
    frames = framed(recording(), frame)
    step = f"Each step is {frame} of the recording's {RATE} samples a second"
    if features == "samples":
        scaled, told = _standardised(frames, "The samples")
        return scaled, (f"{step}.", *told, f"Source: {SOURCE_OF_SOUND}.")
    whole = band_energies(frames)
    whole = (whole - whole.mean(axis=0)) / whole.std(axis=0)
    count = whole.shape[1]
    heard = "the loudness of the whole frame" if count == 1 else f"the loudness of {count} bands of frequencies"
    said = f"{step}, heard as {heard}: log energies, standardised to mean 0 and deviation 1 over the recording."
    return whole, (said, f"Source: {SOURCE_OF_SOUND}.")


def _one_hot(characters: tuple[str, ...]) -> Array:
    """Write each character as a unit vector over the sorted distinct characters."""
    alphabet = sorted(set(characters))
    return np.eye(len(alphabet))[[alphabet.index(character) for character in characters]]


def _standardised(values: Array, name: str) -> tuple[Array, tuple[str, ...]]:
    """Scale a series to mean 0 and deviation 1, of any shape, and say so."""
    scale = np.abs(values).max() or 1.0
    centred = values / scale - np.mean(values / scale)
    deviation = float(np.sqrt(np.mean(np.square(centred))))
    if deviation <= 1e-12:
        return np.zeros(values.shape), (f"{name} are all equal: standardised, they are 0 at every step.",)
    mean = scale * float(np.mean(values / scale))
    told = f"{name} are standardised: {mean:.4g} becomes 0 and a deviation of {scale * deviation:.4g} becomes 1."
    return centred / deviation, (told,)


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
    return Sequence(whole[:length], labels[:length], notes, max(length - have, 0))
