"""The sequences that drive a network: drawn ones, text, a series of numbers, a sound; and the order of their steps."""

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
_ORDERS = {
    "shuffled": "The {count} steps are fed in a random order, drawn from the seed.",
    "reversed": "The {count} steps are fed backwards, the last one first.",
}
_PADDING_STAYS = " The padding stays at the end."


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
    """The sequence x_1 … x_T (T, D) a network is driven with, and what stands under the axis at each step.

    `notes` are one sentence for everything that was cut, padded or scaled; `padding` steps at the end are no data.
    """

    inputs: Array
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    padding: int = 0

    @property
    def data_length(self) -> int:
        """How many steps are data, before the padding."""
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

    D is 1, for text the number of distinct characters in the whole text, and for sound the samples or bands of a frame.
    `characters`, `series` and `recording` (of at least one frame; else the bundled one) are the data of their kinds.
    """
    if kind == "text":
        return _fit_to_length(amplitude * _one_hot(characters), characters, (), length, "text", "characters")
    if kind == "series":
        values, notes = standardise(np.array(series)[:, None], "Your numbers")
        return _fit_to_length(amplitude * values, _step_numbers(len(series)), notes, length, "series", "numbers")
    if kind == "sound":
        sound = audio_inputs(frame, features, recording)
        times = frame_times(frame, min(length, len(sound.inputs)), sound.rate)
        return _fit_to_length(amplitude * sound.inputs, times, sound.notes, length, "recording", "frames")
    if kind == "sunspots":
        values, notes = standardise(np.array(SUNSPOTS)[:, None], "The sunspot numbers")
        notes += (f"Source: {SOURCE}.",)
        years = tuple(str(FIRST_YEAR + offset) for offset in range(len(SUNSPOTS)))
        return _fit_to_length(amplitude * values, years, notes, length, "series", "years")
    return Sequence(amplitude * _generate(kind, length, rng)[:, None], _step_numbers(length), ())


def _generate(kind: str, length: int, rng: Generator) -> Array:
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


def _step_numbers(length: int) -> tuple[str, ...]:
    """Label steps by their number, 1-based."""
    return tuple(map(str, range(1, length + 1)))


def _fit_to_length(
    values: Array, labels: tuple[str, ...], notes: tuple[str, ...], length: int, noun: str, unit: str
) -> Sequence:
    """Cut or pad a sequence of given data to T steps, and say so."""
    count = values.shape[0]
    if count > length:
        notes += (f"The {noun} has {count} {unit}; the first {length} are used, one for each step.",)
    if count < length:
        notes += (f"The {noun} has {count} {unit}; the other {length - count} steps get no input.",)
        values = np.vstack([values, np.zeros((length - count, values.shape[1]))])
        labels += (PAD,) * (length - count)
    # A copy of its own: a part would keep the whole of a long recording in memory.
    inputs = values[:length].copy() if count > length else values
    return Sequence(inputs, labels[:length], notes, max(length - count, 0))


def permute(sequence: Sequence, order: str, rng: Generator) -> Sequence:
    """Put the steps of a sequence in an order, uniform if random, each with its label; padding stays at the end."""
    if order == "original":
        return sequence
    template = _ORDERS[order]
    length, count = len(sequence.inputs), sequence.data_length
    steps = rng.permutation(count) if order == "shuffled" else np.arange(count)[::-1]
    places = np.concatenate([steps, np.arange(count, length)])
    note = template.format(count=count) + (_PADDING_STAYS if count < length else "")
    labels = tuple(sequence.labels[place] for place in places.tolist())
    return Sequence(sequence.inputs[places], labels, (*sequence.notes, note), sequence.padding)
