"""Files of arrays: NPZ and safetensors become a mapping of arrays, and nothing in them is executed."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.lib import format as npy
from safetensors import SafetensorError, deserialize

from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.messages import first_faults, too_many_names
from unrolled.experiment.uploads.numbers import dtype_fault
from unrolled.query.messages import quoted

# What cannot be read says why: whoever knows the names tells it beside what else is wrong.
Tensors = dict[str, np.ndarray[Any, Any] | FieldError]

MAX_EXPANSION = 4
"""How many times larger than the largest body a file may be once it is unpacked, and once its numbers are float64."""

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4",
    "I16": "<i2", "U16": "<u2", "I8": "|i1", "U8": "|u1",
}  # fmt: skip
_BFLOAT16 = "BF16"
_WORDS = {"BOOL": "bool", "C64": "complex64"}
_PICKLE = (
    "The file is a pickle, as torch.save makes it, and a pickle can run anything: it is not opened here. "
    "Send safetensors.torch.save(model.state_dict()) or an NPZ."
)


def read_npz(body: bytes, limit: int) -> Tensors:
    """Read a file of ``numpy.savez``.

    Parameters
    ----------
    body : bytes
        The file.
    limit : int
        The largest body in bytes; the arrays may be `MAX_EXPANSION` times as large together.

    Returns
    -------
    dict of str to array or FieldError
        The arrays; a fault instead of one that is broken or of a type that holds no real numbers.

    Raises
    ------
    InvalidInput
        The file is broken or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            _check_archive(members, limit)
            found = _gathered({member.filename: _npy(archive, member) for member in members})
            return _bounded(found, limit)
    except InvalidInput:
        raise
    except Exception as error:  # a broken archive raises one of a dozen classes
        raise _broken("an NPZ", error) from None


def _check_archive(members: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse, before anything is unpacked, what would not fit or is no NPZ."""
    names = [member.filename for member in members]
    if any(name.endswith("data.pkl") for name in names):
        raise InvalidInput.of(FieldError("body", _PICKLE))
    if many := too_many_names(members, "body"):
        raise InvalidInput.of(*many)
    _hold("The file unpacks to", sum(member.file_size for member in members), limit)
    faults = [
        FieldError(_cut(name), f"{quoted(name)} is in the file more than once: give it once.")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    faults += [
        FieldError(_cut(member.filename), f"{quoted(member.filename)} is compressed in a way that NumPy does not use.")
        for member in members
        if member.compress_type not in _PLAIN
    ]
    if faults:
        raise InvalidInput.of(*first_faults(faults))


def _hold(told: str, size: int, limit: int) -> None:
    """Refuse more bytes than are taken."""
    most = MAX_EXPANSION * limit
    if size > most:
        message = (
            f"{told} {size / 2**20:.4g} MiB; at most {most / 2**20:.4g} MiB are taken: "
            "send fewer steps or a smaller network."
        )
        raise InvalidInput.of(FieldError("body", message))


def _bounded(tensors: Tensors, limit: int) -> Tensors:
    """Refuse, before they are made, numbers that would take too much memory: one of a byte takes eight."""
    count = sum(array.size for array in tensors.values() if isinstance(array, np.ndarray))
    _hold("As float64 the numbers of the file take", 8 * count, limit)
    return tensors


def _npy(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[str], np.ndarray[Any, Any] | FieldError]:
    """Unpack one member, no further than it said; give what reads it."""

    def read(name: str) -> np.ndarray[Any, Any] | FieldError:
        with archive.open(member) as packed:
            # ZipFile.read would unpack everything that is there before it cuts it to what the archive says.
            content = packed.read(member.file_size + 1)
        if not content.startswith(npy.MAGIC_PREFIX):
            message = f"{quoted(name)} is no array of NumPy's: an NPZ holds files that end in .npy."
            return FieldError(_cut(name), message)
        shape, order, dtype, start = _header(content)
        if dtype.kind not in "fiu":
            return dtype_fault(_cut(name), str(dtype))
        if min(shape, default=0) < 0 or _product(shape) * dtype.itemsize != len(content) - start:
            message = f"{_cut(name)} says that its shape is {shape}, which are not the bytes it has: save it anew."
            return FieldError(_cut(name), message)
        return np.frombuffer(content, dtype, offset=start).reshape(shape, order=order)

    return read


def _header(content: bytes) -> tuple[tuple[int, ...], Literal["C", "F"], np.dtype[Any], int]:
    """Read what an array says about itself, and where its numbers begin, before any memory is taken for it."""
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, in_columns, dtype = read(stream)
    return shape, "F" if in_columns else "C", dtype, stream.tell()


def _product(shape: tuple[int, ...]) -> int:
    """Multiply without any limit."""
    product = 1
    for size in shape:
        product *= size
    return product


def read_safetensors(body: bytes, limit: int) -> Tensors:
    """Read a file of ``safetensors``.

    Parameters
    ----------
    body : bytes
        The file.
    limit : int
        As for `read_npz`.

    Returns
    -------
    dict of str to array or FieldError
        The tensors; a fault instead of one of a type that holds no real numbers.

    Raises
    ------
    InvalidInput
        The file is broken or holds too much.
    """
    try:
        tensors = deserialize(body)  # type: ignore[no-untyped-call]  # typed as a function of no known arguments
    except SafetensorError as error:
        raise _no_safetensors(body, error) from None
    if many := too_many_names(tensors, "body"):
        raise InvalidInput.of(*many)
    # They come in any order; faults are told in the same one every time.
    tensors = sorted(tensors, key=lambda pair: pair[0])
    return _bounded(_gathered({name: _tensor(tensor) for name, tensor in tensors}), limit)


def is_zip(body: bytes) -> bool:
    """Tell whether a file is a zip archive, as an NPZ is.

    Parameters
    ----------
    body : bytes
        The file. A safetensors file begins with the length of its header, which may be any two bytes: four are looked
        at, since no header is as long as that.

    Returns
    -------
    bool
        Whether it begins as an archive does.
    """
    return body[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _no_safetensors(body: bytes, error: SafetensorError) -> InvalidInput:
    """Say what a file is that could not be read; its first bytes alone would not tell, they are a length."""
    if is_zip(body):
        return InvalidInput.of(FieldError("body", "The file is a zip archive, not safetensors: send it as an NPZ."))
    if body[:1] == b"\x80" and body[1:2] in b"\x02\x03\x04\x05" and body[8:9] != b"{":
        return InvalidInput.of(FieldError("body", _PICKLE))
    return _broken("a safetensors file", error)


def _tensor(tensor: Mapping[str, Any]) -> Callable[[str], np.ndarray[Any, Any] | FieldError]:
    """Give what reads one tensor."""

    def read(name: str) -> np.ndarray[Any, Any] | FieldError:
        kind = str(tensor["dtype"])
        if kind == _BFLOAT16:
            # The upper half of a float32.
            halves = np.frombuffer(tensor["data"], "<u2").astype("<u4") << 16
            return halves.view("<f4").reshape(tensor["shape"])
        if kind not in _DTYPES:
            return dtype_fault(_cut(name), _WORDS.get(kind, kind.lower()))
        dtype = np.dtype(_DTYPES[kind])
        return np.frombuffer(tensor["data"], dtype).reshape(tensor["shape"])

    return read


def _gathered(members: Mapping[str, Callable[[str], np.ndarray[Any, Any] | FieldError]]) -> Tensors:
    """Read every member."""
    tensors: Tensors = {}
    for member, read in members.items():
        name = member.removesuffix(".npy")
        try:
            tensors[name] = read(name)
        except Exception as error:  # see above
            tensors[name] = FieldError(_cut(name), f"{_cut(name)} cannot be read: {_said(error)}. Save the file anew.")
    return tensors


def _broken(kind: str, error: Exception) -> InvalidInput:
    """Say that a file is not what it should be."""
    return InvalidInput.of(FieldError("body", f"The body is not {kind}, or is broken: {_said(error)}. Save it anew."))


def _said(error: Exception) -> str:
    """Cut what a library says to one printable line, without the full stop."""
    text = str(error).removeprefix("Error while deserializing: ") or type(error).__name__
    return quoted(text)[1:-1].rstrip(".")


def _cut(name: str) -> str:
    """Shorten a name for a message."""
    return quoted(name)[1:-1]
