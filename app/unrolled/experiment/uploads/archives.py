"""Files of arrays: NPZ and safetensors become a mapping of arrays, and nothing in them is executed."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.lib import format as npy
from safetensors import SafetensorError, deserialize

from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault, first_faults, too_many_names
from unrolled.experiment.uploads.numbers import dtype_fault
from unrolled.query.messages import quoted

# An array that cannot be read is a fault: whoever knows the names lists it beside what else is wrong.
Tensor = np.ndarray[Any, Any] | FieldError
Tensors = dict[str, Tensor]

# How many times larger than the largest body a file may be, unpacked, and with its numbers as float64.
MAX_EXPANSION = 4

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4",
    "I16": "<i2", "U16": "<u2", "I8": "|i1", "U8": "|u1",
}  # fmt: skip
_BFLOAT16 = "BF16"
_DTYPE_NAMES = {"BOOL": "bool", "C64": "complex64"}


def read_npz(body: bytes, limit: int) -> Tensors:
    """Read a file of ``numpy.savez``; the largest body has ``limit`` bytes. Raises InvalidInput."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            _check_archive(members, limit)
            return _bounded(_read_all({member.filename: _npy(archive, member) for member in members}), limit)
    except InvalidInput:
        raise
    except Exception as error:  # a broken archive raises one of a dozen classes
        raise _refusal(messages.BROKEN_NPZ, reason=_reason(error)) from None


def _check_archive(members: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse, before anything is unpacked, what would not fit or is no NPZ."""
    if any(member.filename.endswith("data.pkl") for member in members):
        raise _refusal(messages.PICKLE)
    if refusal := too_many_names(members, "body"):
        raise InvalidInput.of(*refusal)
    _check_size(messages.UNPACKS_TO_TOO_MUCH, sum(member.file_size for member in members), limit)
    faults = list(_member_faults(members))
    if faults:
        raise InvalidInput.of(*first_faults(faults))


def _member_faults(members: list[zipfile.ZipInfo]) -> Iterator[FieldError]:
    names = [member.filename for member in members]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield fault(_short(name), messages.NAME_TWICE, name=quoted(name))
    for member in members:
        if member.compress_type not in _PLAIN:
            yield fault(_short(member.filename), messages.UNKNOWN_COMPRESSION, name=quoted(member.filename))


def _check_size(template: str, size: int, limit: int) -> None:
    if size > (most := MAX_EXPANSION * limit):
        raise _refusal(template, size=size / 2**20, limit=most / 2**20)


def _bounded(tensors: Tensors, limit: int) -> Tensors:
    """Refuse, before they are converted, numbers that would take too much memory: one of a byte takes eight."""
    count = sum(array.size for array in tensors.values() if isinstance(array, np.ndarray))
    _check_size(messages.TAKES_TOO_MUCH, 8 * count, limit)
    return tensors


def _npy(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[str], Tensor]:
    """Give what unpacks and reads one member, no further than it says it goes."""

    def read(name: str) -> Tensor:
        with archive.open(member) as packed:
            # ZipFile.read would unpack everything that is there before it cuts it to what the archive says.
            content = packed.read(member.file_size + 1)
        if not content.startswith(npy.MAGIC_PREFIX):
            return fault(_short(name), messages.NOT_AN_ARRAY, name=quoted(name))
        shape, order, dtype, start = _header(content)
        if dtype.kind not in "fiu":
            return dtype_fault(_short(name), str(dtype))
        if min(shape, default=0) < 0 or prod(shape) * dtype.itemsize != len(content) - start:
            return fault(_short(name), messages.SHAPE_NOT_OF_ITS_BYTES, shape=shape)
        return np.frombuffer(content, dtype, offset=start).reshape(shape, order=order)

    return read


def _header(content: bytes) -> tuple[tuple[int, ...], Literal["C", "F"], np.dtype[Any], int]:
    """Read what an array says about itself, and where its numbers begin, before any memory is taken for it."""
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, in_columns, dtype = read(stream)
    return shape, "F" if in_columns else "C", dtype, stream.tell()


def read_safetensors(body: bytes, limit: int) -> Tensors:
    """Read a file of ``safetensors``, sorted by name; ``limit`` as for `read_npz`. Raises InvalidInput."""
    try:
        tensors = deserialize(body)  # type: ignore[no-untyped-call]  # typed as a function of no known arguments
    except SafetensorError as error:
        raise _not_safetensors(body, error) from None
    if refusal := too_many_names(tensors, "body"):
        raise InvalidInput.of(*refusal)
    # They come in any order; faults are listed in the same one every time.
    tensors = sorted(tensors, key=lambda pair: pair[0])
    return _bounded(_read_all({name: _tensor(tensor) for name, tensor in tensors}), limit)


def is_zip(body: bytes) -> bool:
    """Tell whether a file begins as a zip archive, such as an NPZ, does.

    Four bytes are looked at: a safetensors file begins with the length of its header, of which two may be any.
    """
    return body[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _not_safetensors(body: bytes, error: SafetensorError) -> InvalidInput:
    """Say what a file is that could not be read; its first bytes alone would not tell, they are a length."""
    if is_zip(body):
        return _refusal(messages.NOT_SAFETENSORS)
    if body[:1] == b"\x80" and body[1:2] in b"\x02\x03\x04\x05" and body[8:9] != b"{":
        return _refusal(messages.PICKLE)
    return _refusal(messages.BROKEN_SAFETENSORS, reason=_reason(error))


def _tensor(tensor: Mapping[str, Any]) -> Callable[[str], Tensor]:
    def read(name: str) -> Tensor:
        kind = str(tensor["dtype"])
        if kind == _BFLOAT16:
            # The upper half of a float32.
            halves = np.frombuffer(tensor["data"], "<u2").astype("<u4") << 16
            return halves.view("<f4").reshape(tensor["shape"])
        if kind not in _DTYPES:
            return dtype_fault(_short(name), _DTYPE_NAMES.get(kind, kind.lower()))
        dtype = np.dtype(_DTYPES[kind])
        return np.frombuffer(tensor["data"], dtype).reshape(tensor["shape"])

    return read


def _read_all(members: Mapping[str, Callable[[str], Tensor]]) -> Tensors:
    tensors: Tensors = {}
    for member, read in members.items():
        name = member.removesuffix(".npy")
        try:
            tensors[name] = read(name)
        except Exception as error:  # as for a broken archive
            tensors[name] = fault(_short(name), messages.UNREADABLE_ARRAY, reason=_reason(error))
    return tensors


def _refusal(template: str, **values: object) -> InvalidInput:
    return InvalidInput.of(FieldError("body", template.format(**values)))


def _reason(error: Exception) -> str:
    """Give what a library says on one printable line, without the full stop."""
    text = str(error).removeprefix("Error while deserializing: ") or type(error).__name__
    return _short(text).rstrip(".")


def _short(name: str) -> str:
    """Write a name for a message without quotes."""
    return quoted(name)[1:-1]
