"""From a sound to the steps of a sequence: the bundled recording and one's own are heard alike."""

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
    """What enters of a sound.

    Attributes
    ----------
    inputs : array of shape (n, D)
        One row for each frame of the whole sound.
    rate : int
        Samples a second.
    notes : tuple of str
        What was heard, how it was scaled, and whose recording it is, one sentence each.
    """

    inputs: Array
    rate: int
    notes: tuple[str, ...]


def audio_inputs(frame: int, features: str, own: Recording | None = None) -> AudioInputs:
    """Cut a recording into frames, and scale what enters of them over the whole of it.

    Parameters
    ----------
    frame : int
        Samples of one step.
    features : {"bands", "samples"}
        Whether the log energies of a frame's bands enter, each band standardised, or its samples, all on one scale.
    own : Recording, optional
        A recording of at least one frame; the bundled one when left out.

    Returns
    -------
    AudioInputs
        The frames; what is left at the end is dropped.
    """
    samples, rate = (recording(), RATE) if own is None else (own.samples(), own.rate)
    frames = cut_frames(samples, frame)
    whose = f"Source: {SOURCE}." if own is None else f"Your own recording: {describe(own)}."
    step = f"Each step is {frame} of the recording's {rate} samples a second"
    if features == "samples":
        scaled, told = standardise(frames, "The samples")
        return AudioInputs(scaled, rate, (f"{step}.", *told, whose))
    scaled, flat = standardise_columns(band_energies(frames))
    count = scaled.shape[1]
    what = "the loudness of the whole frame" if count == 1 else f"the loudness of {count} bands of frequencies"
    said = f"{step}, heard as {what}: log energies, standardised to mean 0 and deviation 1 over the recording."
    return AudioInputs(scaled, rate, (said, *_unchanging(flat, count), whose))


def audio_bytes(own: Recording) -> float:
    """Estimate the memory it takes to hear a recording, before it is decoded; its work is small beside any answer.

    Parameters
    ----------
    own : Recording
        Somebody's own.

    Returns
    -------
    float
        Bytes at the most, whatever the frame.
    """
    return float(_NUMBERS * _BYTES * own.count + _PARTS)


def describe(own: Recording) -> str:
    """Say what a recording is.

    Parameters
    ----------
    own : Recording
        Somebody's own.

    Returns
    -------
    str
        For example ``3.2 s, 44100 samples a second, 16 bits, 2 channels averaged``.
    """
    kind = f"{own.bits} bits, floating point" if own.is_float else f"{own.bits} bits"
    heard_of = "one channel" if own.channels == 1 else f"{own.channels} channels averaged"
    lasting = f"{own.seconds:.0f}" if own.seconds >= 1000 else f"{own.seconds:.3g}"
    return f"{lasting} s, {own.rate} samples a second, {kind}, {heard_of}"


def _unchanging(flat: int, count: int) -> tuple[str, ...]:
    """Say that the loudness of some bands tells nothing."""
    if not flat:
        return ()
    if flat == count:
        return ("Its loudness never changes: standardised, it is 0 at every step.",)
    which = "1 band never changes" if flat == 1 else f"{flat} bands never change"
    return (f"The loudness of {which}: standardised, it is 0 at every step.",)
