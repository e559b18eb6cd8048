"""From a sound to the steps of a sequence, in one way for the bundled recording and for one's own."""

from dataclasses import dataclass

from unrolled.core.arrays.types import Array
from unrolled.core.data.audio import RATE, SOURCE, band_energies, cut_frames, recording
from unrolled.core.data.recording import Recording
from unrolled.core.data.standardise import standardise, standardise_columns

# Numbers that are in memory at once for each sample, at most: itself, its standardised value, and that one's square.
_NUMBERS = 3
_BYTES = 8
# What the parts take that are decoded and transformed one after the other.
_PARTS = 24 * 2**20


@dataclass(frozen=True)
class AudioInputs:
    """What enters of a whole sound, a row a frame; samples a second; sentences on how it was scaled and whose it is."""

    inputs: Array
    rate: int
    notes: tuple[str, ...]


def audio_inputs(frame: int, features: str, own: Recording | None = None) -> AudioInputs:
    """Cut a recording into frames, and scale what enters of them over the whole of it; by default the bundled one.

    ``bands`` are log energies of a frame's bands, each standardised; ``samples`` are all on one scale. What is left at
    the end is dropped; `own` has at least one frame.
    """
    samples, rate = (recording(), RATE) if own is None else (own.samples(), own.rate)
    frames = cut_frames(samples, frame)
    source = f"Source: {SOURCE}." if own is None else f"Your own recording: {describe(own)}."
    step = f"Each step is {frame} of the recording's {rate} samples a second"
    if features == "samples":
        scaled, notes = standardise(frames, "The samples")
        return AudioInputs(scaled, rate, (f"{step}.", *notes, source))
    scaled, flat = standardise_columns(band_energies(frames))
    count = scaled.shape[1]
    bands = "the loudness of the whole frame" if count == 1 else f"the loudness of {count} bands of frequencies"
    first = f"{step}, heard as {bands}: log energies, standardised to mean 0 and deviation 1 over the recording."
    return AudioInputs(scaled, rate, (first, *_flat_bands(flat, count), source))


def audio_bytes(own: Recording) -> float:
    """Bound the bytes it takes to hear a recording, whatever the frame; its work is small beside any answer."""
    return float(_NUMBERS * _BYTES * own.count + _PARTS)


def describe(own: Recording) -> str:
    """Say what a recording is, like ``3.2 s, 44100 samples a second, 16 bits, 2 channels averaged``."""
    kind = f"{own.bits} bits, floating point" if own.is_float else f"{own.bits} bits"
    channels = "one channel" if own.channels == 1 else f"{own.channels} channels averaged"
    seconds = f"{own.seconds:.0f}" if own.seconds >= 1000 else f"{own.seconds:.3g}"
    return f"{seconds} s, {own.rate} samples a second, {kind}, {channels}"


def _flat_bands(flat: int, count: int) -> tuple[str, ...]:
    """Say that the loudness of some bands tells nothing."""
    if not flat:
        return ()
    if flat == count:
        return ("Its loudness never changes: standardised, it is 0 at every step.",)
    which = "1 band never changes" if flat == 1 else f"{flat} bands never change"
    return (f"The loudness of {which}: standardised, it is 0 at every step.",)
