"""Files of arrays: NPZ and safetensors become a mapping of arrays, and nothing in them is executed."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib import format as npy
from safetensors import SafetensorError, deserialize

from app.errors import FieldError, InvalidInput
from app.own_network.numbers import dtype_fault
from app.own_network.words import at_most, crowd
from app.query_faults import shown

Tensors = dict[str, np.ndarray[Any, Any]]

EXPANDED = 4
"""How many times larger than the largest body a file may be once it is unpacked."""

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4",
    "I16": "<i2", "U16": "<u2", "I8": "|i1", "U8": "|u1",
}  # fmt: skip
_WORDS = {"BF16": "bfloat16", "BOOL": "bool", "C64": "complex64"}
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
        The largest body in bytes; the arrays may be `EXPANDED` times as large together.

    Returns
    -------
    dict of str to array
        The arrays; those of a type that holds no real numbers are refused.

    Raises
    ------
    InvalidInput
        The file is broken, unpacks to too much, or holds what is no array of numbers.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            _check_archive(members, limit)
            return _gathered({member.filename: _npy(archive, member) for member in members})
    except InvalidInput:
        raise
    except Exception as error:  # a broken archive raises one of a dozen classes
        raise _broken("an NPZ", error) from None


def _check_archive(members: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse, before anything is unpacked, what would not fit or is no NPZ."""
    names = [member.filename for member in members]
    if any(name.endswith("data.pkl") for name in names):
        raise InvalidInput.of(FieldError("body", _PICKLE))
    if many := crowd(members, "body"):
        raise InvalidInput.of(*many)
    unpacked, most = sum(member.file_size for member in members), EXPANDED * limit
    if unpacked > most:
        message = (
            f"The file unpacks to {unpacked / 2**20:.4g} MiB; at most {most / 2**20:.4g} MiB are taken: "
            "send fewer steps or a smaller network."
        )
        raise InvalidInput.of(FieldError("body", message))
    faults = [
        FieldError(_cut(name), f"{shown(name)} is in the file more than once: give it once.")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    faults += [
        FieldError(_cut(member.filename), f"{shown(member.filename)} is compressed in a way that NumPy does not use.")
        for member in members
        if member.compress_type not in _PLAIN
    ]
    if faults:
        raise InvalidInput.of(*at_most(faults))


def _npy(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[str], np.ndarray[Any, Any] | FieldError]:
    """Unpack one member, no further than it said; give what reads it."""

    def read(name: str) -> np.ndarray[Any, Any] | FieldError:
        content = archive.read(member)
        if not content.startswith(npy.MAGIC_PREFIX):
            message = f"{shown(name)} is no array of NumPy's: an NPZ holds files that end in .npy."
            return FieldError(_cut(name), message)
        shape, dtype, start = _header(content)
        if dtype.kind not in "fiu":
            return dtype_fault(_cut(name), str(dtype))
        if min(shape, default=0) < 0 or _product(shape) * dtype.itemsize != len(content) - start:
            message = f"{_cut(name)} says that its shape is {shape}, which are not the bytes it has: save it anew."
            return FieldError(_cut(name), message)
        array: np.ndarray[Any, Any] = np.load(io.BytesIO(content), allow_pickle=False)
        return array

    return read


def _header(content: bytes) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Read what an array says about itself, and where its numbers begin, before any memory is taken for it."""
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype, stream.tell()


def _product(shape: tuple[int, ...]) -> int:
    """Multiply without any limit."""
    product = 1
    for size in shape:
        product *= size
    return product


def read_safetensors(body: bytes) -> Tensors:
    """Read a file of ``safetensors``.

    Parameters
    ----------
    body : bytes
        The file.

    Returns
    -------
    dict of str to array
        The tensors.

    Raises
    ------
    InvalidInput
        The file is broken, or holds what is no tensor of real numbers.
    """
    if body.startswith(b"PK"):
        raise InvalidInput.of(FieldError("body", "The file is a zip archive, not safetensors: send it as an NPZ."))
    if body[:1] == b"\x80" and body[1:2] in b"\x02\x03\x04\x05":
        raise InvalidInput.of(FieldError("body", _PICKLE))
    try:
        tensors = deserialize(body)  # type: ignore[no-untyped-call]  # typed as a function of no known arguments
    except SafetensorError as error:
        raise _broken("a safetensors file", error) from None
    if many := crowd(tensors, "body"):
        raise InvalidInput.of(*many)
    return _gathered({name: _tensor(tensor) for name, tensor in tensors})


def _tensor(tensor: Mapping[str, Any]) -> Callable[[str], np.ndarray[Any, Any] | FieldError]:
    """Give what reads one tensor."""

    def read(name: str) -> np.ndarray[Any, Any] | FieldError:
        kind = str(tensor["dtype"])
        if kind not in _DTYPES:
            return dtype_fault(_cut(name), _WORDS.get(kind, kind.lower()))
        dtype = np.dtype(_DTYPES[kind])
        return np.frombuffer(tensor["data"], dtype).reshape(tensor["shape"])

    return read


def _gathered(members: Mapping[str, Callable[[str], np.ndarray[Any, Any] | FieldError]]) -> Tensors:
    """Read every member; tell all that cannot be read at once."""
    tensors, faults = {}, []
    for member, read in members.items():
        name = member.removesuffix(".npy")
        try:
            met = read(name)
        except Exception as error:  # see above
            met = FieldError(_cut(name), f"{_cut(name)} cannot be read: {_said(error)}. Save the file anew.")
        if isinstance(met, FieldError):
            faults.append(met)
        else:
            tensors[name] = met
    if faults:
        raise InvalidInput.of(*at_most(faults))
    return tensors


def _broken(kind: str, error: Exception) -> InvalidInput:
    """Say that a file is not what it should be."""
    return InvalidInput.of(FieldError("body", f"The body is not {kind}, or is broken: {_said(error)}. Save it anew."))


def _said(error: Exception) -> str:
    """Cut what a library says to one printable line, without the full stop."""
    text = str(error).removeprefix("Error while deserializing: ") or type(error).__name__
    return shown(text)[1:-1].rstrip(".")


def _cut(name: str) -> str:
    """Shorten a name for a message."""
    return shown(name)[1:-1]
