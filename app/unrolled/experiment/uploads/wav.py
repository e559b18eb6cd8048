"""A WAV file becomes a recording, or says why it cannot: what its header says is held to the bytes that are there."""

import struct
import uuid
from collections.abc import Iterator

import numpy as np

from unrolled.core.data.recording import Recording
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.archives import MAX_EXPANSION
from unrolled.experiment.uploads.messages import MAX_NAMES
from unrolled.experiment.uploads.numbers import LARGEST
from unrolled.query.messages import quoted

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
# How the subformat of an extensible file ends: its first four bytes are the format.
_SUBFORMAT = uuid.UUID("00000000-0000-0010-8000-00aa00389b71").bytes_le[4:]
_COMPRESSED = {
    0x0002: "ADPCM of Microsoft", 0x0006: "A-law", 0x0007: "µ-law", 0x0011: "ADPCM of IMA", 0x0031: "GSM 6.10",
    0x0050: "MPEG audio", 0x0055: "MP3", 0x00FF: "AAC", 0x0160: "WMA", 0x0161: "WMA", 0xF1AC: "FLAC",
}  # fmt: skip
# What other files begin with.
_OTHERS = (
    (b"RIFX", "a WAV with its bytes in reverse order (RIFX)"),
    (b"RF64", "a WAV for more than 4 GiB (RF64)"),
    (b"BW64", "a WAV for more than 4 GiB (BW64)"),
    (b"ID3", "an MP3"),
    (b"\xff\xfb", "an MP3"),
    (b"\xff\xf3", "an MP3"),
    (b"fLaC", "a FLAC"),
    (b"OggS", "an Ogg"),
    (b"FORM", "an AIFF"),
    (b".snd", "an AU file"),
    (b"\x1aE\xdf\xa3", "a WebM or Matroska file"),
    (b"caff", "a CAF"),
)
_SAVE = "save it as a WAV of 8, 16, 24 or 32 bits (PCM)"


def is_wav(body: bytes) -> bool:
    """Tell whether a file begins as a WAV does.

    Parameters
    ----------
    body : bytes
        The file.

    Returns
    -------
    bool
        Whether it is a RIFF file; no safetensors file has a header as long as these letters would say.
    """
    return body[:4] == b"RIFF"


def read_wav(body: bytes, limit: int) -> Recording:
    """Read a WAV file.

    Parameters
    ----------
    body : bytes
        The file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64 bits; any rate, any number of channels.
    limit : int
        The largest body in bytes; the averaged samples may be `MAX_EXPANSION` times as large.

    Returns
    -------
    Recording
        Its samples, not decoded yet; what follows them in the file is not looked at.

    Raises
    ------
    InvalidInput
        It is no WAV, is compressed, is cut off, contradicts itself, has no samples, or has too many.
    """
    told = b""
    for name, content in _chunks(body):
        if name == b"fmt ":
            told = bytes(content)
        elif name == b"data":
            if not told:
                raise _fault("The WAV has samples, but does not say before them how they are written (no “fmt” chunk)")
            return _checked(Recording(*_format(told), data=content), limit)
    what = "no samples (no “data” chunk)" if told else "neither a format nor samples (no “fmt” and no “data” chunk)"
    raise _fault(f"The WAV has {what}")


def _chunks(body: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Walk through the parts of a RIFF file, each no longer than what is there."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise InvalidInput.of(FieldError("body", f"The file is {_met(body)}, not a WAV: {_SAVE}."))
    end, place = 8 + int.from_bytes(body[4:8], "little"), 12
    if end > len(body):
        raise _fault(f"The WAV says that it has {end} bytes, but {len(body)} are there, so it is cut off")
    for _ in range(MAX_NAMES):
        if place + 8 > end:
            return
        name, size = body[place : place + 4], int.from_bytes(body[place + 4 : place + 8], "little")
        place += 8
        if size > end - place:
            label = quoted(name.decode("latin-1").strip())
            raise _fault(f"The chunk {label} of the WAV says that it has {size} bytes, but {end - place} are left")
        yield name, memoryview(body)[place : place + size]
        # A chunk of an odd size has a byte behind it.
        place += size + size % 2
    raise _fault(f"The WAV has more than {MAX_NAMES} chunks before its samples")


def _met(body: bytes) -> str:
    """Name what was sent instead."""
    if not body:
        return "empty"
    if body[:4] == b"RIFF":
        return f"a RIFF file of the kind {quoted(body[8:12].decode('latin-1').strip())}"
    if body[4:8] == b"ftyp":
        return "an MP4"
    begins = quoted(body[:4].decode("latin-1"))
    return next((name for magic, name in _OTHERS if body.startswith(magic)), f"a file that begins with {begins}")


def _format(told: bytes) -> tuple[int, int, int, bool]:
    """Read rate, channels, bits and whether the numbers are floats."""
    if len(told) < 16:
        raise _fault(f"The “fmt” chunk of the WAV has {len(told)} bytes, where 16 are the least")
    tag, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", told)
    if tag == _EXTENSIBLE:
        if len(told) < 40:
            raise _fault(f"The “fmt” chunk of the WAV has {len(told)} bytes, where its extensible form has 40")
        tag = int.from_bytes(told[24:28], "little") if told[28:40] == _SUBFORMAT else _EXTENSIBLE
    if tag not in _BITS:
        kind = f"compressed as {_COMPRESSED[tag]}" if tag in _COMPRESSED else f"in the format {tag:#06x}"
        raise _fault(f"The samples of the WAV are {kind}, which is not read", f"{_SAVE}, or of 32-bit floats")
    faults = []
    if not channels:
        faults.append("The WAV says that it has 0 channels")
    if not rate:
        faults.append("The WAV says that it has 0 samples a second")
    if bits not in _BITS[tag]:
        taken = ", ".join(map(str, _BITS[tag]))
        faults.append(f"The {'floats' if tag == _FLOAT else 'samples'} of the WAV have {bits} bits; {taken} are read")
    elif channels and block != channels * bits // 8:
        faults.append(
            f"The WAV says that its samples take {block} bytes together, but {channels} × {bits} bits are "
            f"{channels * bits // 8} bytes"
        )
    if faults:
        raise InvalidInput.of(*(FieldError("body", f"{fault}: {_SAVE}.") for fault in faults))
    return rate, channels, bits, tag == _FLOAT


def _checked(recording: Recording, limit: int) -> Recording:
    """Hold the samples to what was said of them, and to what is taken."""
    size, width = len(recording.data), recording.channels * recording.bits // 8
    if size % width:
        raise _fault(f"The samples of the WAV take {size} bytes, which is no multiple of {width}, so it is cut off")
    if not recording.count:
        raise _fault("The WAV has no samples", "record something")
    most = MAX_EXPANSION * limit // 8
    if recording.count > most:
        met = f"The recording has {recording.count} samples; at most {most} are taken"
        raise _fault(met, "cut it, or lower its sample rate")
    if recording.is_float:
        _hold(recording)
    return recording


def _hold(recording: Recording) -> None:
    """Refuse floats that are no numbers, or too large ones."""
    for first, part in recording.numbers():
        good = np.abs(part) <= LARGEST
        if not good.all():
            sample, channel = np.unravel_index(int(np.argmin(good)), part.shape)
            met = f"Sample {first + int(sample) + 1} of the recording is {float(part[sample, channel]):g}"
            raise _fault(met, "give finite numbers of at most 1e100 in size")


def _fault(met: str, way_out: str = "save it anew") -> InvalidInput:
    """Say what was met in a file that calls itself a WAV."""
    return InvalidInput.of(FieldError("body", f"{met}: {way_out}."))
