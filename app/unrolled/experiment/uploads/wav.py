"""A WAV file becomes a recording, or says why it cannot: what its header says is held to the bytes that are there."""

import struct
import uuid
from collections.abc import Iterator

import numpy as np

from unrolled.core.data.recording import Recording
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads import wav_messages as messages
from unrolled.experiment.uploads.archives import MAX_EXPANSION
from unrolled.experiment.uploads.messages import MAX_NAMES
from unrolled.experiment.uploads.numbers import LARGEST
from unrolled.query.messages import quoted

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
# How the subformat of an extensible file ends: its first four bytes are the format.
_SUBFORMAT = uuid.UUID("00000000-0000-0010-8000-00aa00389b71").bytes_le[4:]


def is_wav(body: bytes) -> bool:
    """Tell whether a file is RIFF; no safetensors file has a header as long as these letters would say."""
    return body[:4] == b"RIFF"


def read_wav(body: bytes, limit: int) -> Recording:
    """Read PCM of 8 to 32 bits or floats of 32 or 64, of any rate and number of channels, without decoding it yet.

    The averaged samples may be `MAX_EXPANSION` times as large as the largest body, ``limit`` bytes; what follows them
    in the file is not looked at. Raises InvalidInput.
    """
    layout = b""
    for name, content in _chunks(body):
        if name == b"fmt ":
            layout = bytes(content)
        elif name == b"data":
            if not layout:
                raise _refusal(messages.NO_FORMAT)
            return _checked(Recording(*_format(layout), data=content), limit)
    raise _refusal(messages.NO_DATA if layout else messages.NEITHER)


def _chunks(body: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Walk through the parts of a RIFF file, each no longer than what is there."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise _other_file(body)
    end, place = 8 + int.from_bytes(body[4:8], "little"), 12
    if end > len(body):
        raise _refusal(messages.CUT_OFF, size=end, present=len(body))
    for _ in range(MAX_NAMES):
        if place + 8 > end:
            return
        name, size = body[place : place + 4], int.from_bytes(body[place + 4 : place + 8], "little")
        place += 8
        if size > end - place:
            raise _refusal(messages.CHUNK_CUT_OFF, name=_letters(name), size=size, left=end - place)
        yield name, memoryview(body)[place : place + size]
        # A chunk of an odd size has a byte behind it.
        place += size + size % 2
    raise _refusal(messages.TOO_MANY_CHUNKS, limit=MAX_NAMES)


def _other_file(body: bytes) -> InvalidInput:
    if not body:
        return _refusal(messages.EMPTY)
    if body[:4] == b"RIFF":
        return _refusal(messages.OTHER_RIFF, kind=_letters(body[8:12]))
    if body[4:8] == b"ftyp":
        return _refusal(messages.OTHER_FILE, kind=messages.MP4)
    for magic, kind in messages.FILES.items():
        if body.startswith(magic):
            return _refusal(messages.OTHER_FILE, kind=kind)
    return _refusal(messages.UNKNOWN_FILE, begins=quoted(body[:4].decode("latin-1")))


def _letters(name: bytes) -> str:
    return quoted(name.decode("latin-1").strip())


def _format(layout: bytes) -> tuple[int, int, int, bool]:
    """Read rate, channels, bits and whether the numbers are floats."""
    if len(layout) < 16:
        raise _refusal(messages.SHORT_FORMAT, size=len(layout))
    tag, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", layout)
    if tag == _EXTENSIBLE:
        if len(layout) < 40:
            raise _refusal(messages.SHORT_EXTENSION, size=len(layout))
        tag = int.from_bytes(layout[24:28], "little") if layout[28:40] == _SUBFORMAT else _EXTENSIBLE
    if tag in messages.CODECS:
        raise _refusal(messages.COMPRESSED, codec=messages.CODECS[tag])
    if tag not in _BITS:
        raise _refusal(messages.UNKNOWN_FORMAT, tag=tag)
    faults = list(_layout_faults(tag, channels, rate, block, bits))
    if faults:
        raise InvalidInput.of(*faults)
    return rate, channels, bits, tag == _FLOAT


def _layout_faults(tag: int, channels: int, rate: int, block: int, bits: int) -> Iterator[FieldError]:
    if not channels:
        yield _fault(messages.NO_CHANNELS)
    if not rate:
        yield _fault(messages.NO_RATE)
    if bits not in _BITS[tag]:
        template = messages.BITS_OF_FLOATS if tag == _FLOAT else messages.BITS_OF_SAMPLES
        yield _fault(template, bits=bits, allowed=", ".join(map(str, _BITS[tag])))
    elif channels and block != channels * bits // 8:
        yield _fault(messages.WRONG_BLOCK, block=block, channels=channels, bits=bits, size=channels * bits // 8)


def _checked(recording: Recording, limit: int) -> Recording:
    """Hold the samples to what the header says of them, and to what is taken."""
    size, width = len(recording.data), recording.channels * recording.bits // 8
    if size % width:
        raise _refusal(messages.NO_MULTIPLE, size=size, width=width)
    if not recording.count:
        raise _refusal(messages.NO_SAMPLES)
    if recording.count > (most := MAX_EXPANSION * limit // 8):
        raise _refusal(messages.TOO_MANY_SAMPLES, count=recording.count, limit=most)
    if recording.is_float:
        _check_floats(recording)
    return recording


def _check_floats(recording: Recording) -> None:
    """Refuse floats that are no numbers, or too large ones."""
    for first, part in recording.numbers():
        good = np.abs(part) <= LARGEST
        if not good.all():
            sample, channel = np.unravel_index(int(np.argmin(good)), part.shape)
            position, value = first + int(sample) + 1, float(part[sample, channel])
            raise _refusal(messages.NOT_FINITE, position=position, value=value)


def _refusal(template: str, **values: object) -> InvalidInput:
    return InvalidInput.of(_fault(template, **values))


def _fault(template: str, **values: object) -> FieldError:
    return FieldError("body", template.format(**values))
