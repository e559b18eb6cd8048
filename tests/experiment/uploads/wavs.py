"""WAV files written by the tests: by Python's own writer, and byte by byte where that one cannot."""

import io
import struct
import wave

import numpy as np
import numpy.typing as npt

GUID = bytes.fromhex("000000001000800000aa00389b71")[2:]


def written(samples: npt.ArrayLike, rate: int = 8000, bits: int = 16) -> bytes:
    """Write samples between −1 and 1, shape (n,) or (n, channels), with the ``wave`` of Python."""
    values = np.asarray(samples, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    integers = np.round(values * (2 ** (bits - 1) - 1)).astype(np.int64) + (128 if bits == 8 else 0)
    data = b"".join(int(value).to_bytes(bits // 8, "little", signed=bits != 8) for value in integers.ravel())
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(values.shape[1])
        sound.setsampwidth(bits // 8)
        sound.setframerate(rate)
        sound.writeframes(data)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """Write one part of a file."""
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def riff(*chunks: bytes) -> bytes:
    """Put parts together."""
    return chunk(b"RIFF", b"WAVE" + b"".join(chunks))


def layout(tag: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, block: int | None = None) -> bytes:
    """Write how samples are written."""
    width = channels * bits // 8 if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * width, width, bits))


def extensible(tag: int, channels: int, bits: int, rest: bytes = GUID, valid: int | None = None) -> bytes:
    """Write the same in its longer form."""
    width = channels * bits // 8
    begin = struct.pack("<HHIIHH", 0xFFFE, channels, 8000, 8000 * width, width, bits)
    return chunk(b"fmt ", begin + struct.pack("<HHII", 22, valid or bits, 0, tag) + rest)


def floats(values: npt.ArrayLike, channels: int = 1, bits: int = 32) -> bytes:
    """Write samples as floats."""
    data = np.asarray(values, dtype=f"<f{bits // 8}").tobytes()
    return riff(layout(3, channels, bits=bits), chunk(b"data", data))
