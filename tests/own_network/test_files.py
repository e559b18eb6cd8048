"""NPZ and safetensors: what NumPy and PyTorch write is read, and nothing else does harm."""

import io
import json
import pickle
import struct
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from app.errors import InvalidInput
from app.own_network.files import read_npz, read_safetensors

ARRAYS: dict[str, Any] = {
    "lstm.weight_hh_l0": np.arange(12, dtype=np.float32).reshape(4, 3),
    "inputs": np.arange(6.0).reshape(2, 3),
    "h": np.array([1, 2], np.int64),
    "none": np.zeros((0, 3)),
    "one": np.array(2.5, np.float16),
}
LIMIT = 10_000


def npz(compressed=False, **arrays):
    """Write an NPZ."""
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return stream.getvalue()


def archive(*members, method=zipfile.ZIP_DEFLATED):
    """Write a zip archive of names and bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return stream.getvalue()


def npy(header, content=b""):
    """Write an array of NumPy's with any header."""
    text = header.encode("latin1").ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def tensors(header, content=b""):
    """Write a safetensors file with any header."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def refused(read, *arguments):
    """Give the faults by field."""
    with pytest.raises(InvalidInput) as caught:
        read(*arguments)
    return {fault.field: fault.message for fault in caught.value.errors}


@pytest.mark.parametrize("compressed", [False, True])
def test_npz_gives_its_arrays(compressed):
    read = read_npz(npz(compressed, **ARRAYS), LIMIT)
    assert list(read) == list(ARRAYS)
    assert all(np.array_equal(read[name], array) and read[name].dtype == array.dtype for name, array in ARRAYS.items())


def test_safetensors_gives_its_arrays():
    read = read_safetensors(save(ARRAYS, {"format": "pt"}))
    assert set(read) == set(ARRAYS)
    assert all(np.array_equal(read[name], array) and read[name].dtype == array.dtype for name, array in ARRAYS.items())


def test_an_array_in_columns_is_read():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert np.array_equal(read_npz(npz(a=array), LIMIT)["a"], array)


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04" + b"x" * 100, npz(**ARRAYS)[:-30], b"x" * 100])
def test_what_is_no_npz_is_refused(body):
    assert "The body is not an NPZ, or is broken: " in refused(read_npz, body, LIMIT)["body"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"12345678",
        b'{"query": {}}',
        b"\xff" * 100,
        save({"a": ARRAYS["inputs"]})[:-1],
        save({"a": ARRAYS["inputs"]}) + b"\0",
        tensors({"a": {"dtype": "F64", "shape": [2**62, 4], "data_offsets": [0, 8]}}, b"12345678"),
        tensors({"a": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}}, b"12345678"),
        tensors({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 8]}}, b"12345678"),
        struct.pack("<Q", 2**63) + b"{}",
    ],
)
def test_what_is_no_safetensors_is_refused(body):
    assert "The body is not a safetensors file, or is broken: " in refused(read_safetensors, body)["body"]


def test_every_type_that_holds_no_real_numbers_is_named():
    given = {
        "a": np.ones(2, bool),
        "b": np.ones(2, complex),
        "c": np.array(["x"]),
        "d": np.array([{}]),
        "e": np.ones(2),
    }
    found = refused(read_npz, npz(**given), LIMIT)
    assert set(found) == set("abcd")
    for name, dtype in zip("abcd", ("bool", "complex128", "<U1", "object"), strict=True):
        assert found[name].startswith(f"{name} has the dtype {dtype}; float16, float32, float64 and whole")


def test_bfloat16_is_named():
    header = {
        name: {"dtype": dtype, "shape": [2], "data_offsets": [4 * place, 4 * place + 4]}
        for place, (name, dtype) in enumerate([("w", "BF16"), ("v", "F16")])
    }
    found = refused(read_safetensors, tensors(header, b"12345678"))
    assert list(found) == ["w"]
    assert found["w"].startswith("w has the dtype bfloat16; ")
    assert "tensor.double()" in found["w"]
    assert "w has the dtype bool" in refused(read_safetensors, save({"w": np.ones(1, bool)}))["w"]


def test_nothing_is_unpickled():
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    found = refused(read_npz, npz(a=np.array([Bomb()], dtype=object)), LIMIT)
    assert "a has the dtype object" in found["a"]
    torch_like = archive(("archive/data.pkl", pickle.dumps(Bomb())), ("archive/version", b"3"))
    assert "safetensors.torch.save(model.state_dict())" in refused(read_npz, torch_like, LIMIT)["body"]
    assert "The file is a pickle" in refused(read_safetensors, pickle.dumps(Bomb()))["body"]
    assert "send it as an NPZ" in refused(read_safetensors, torch_like)["body"]


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    bomb = npz(compressed=True, a=np.zeros(4000), b=np.zeros(4000))
    assert len(bomb) < 1000
    assert "The file unpacks to 0.06128 MiB; at most 0.03815 MiB" in refused(read_npz, bomb, LIMIT)["body"]


def test_a_bomb_that_lies_about_its_size_is_read_no_further():
    body = bytearray(archive(("a.npy", npy("{}") + bytes(10**6))))
    place = body.index(b"PK\x01\x02")
    body[place + 24 : place + 28] = struct.pack("<I", 500)
    assert "a cannot be read: " in refused(read_npz, bytes(body), LIMIT)["a"]


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(-1, -8)", "(1,)", "(0, 9)"])
def test_a_shape_that_is_not_that_of_the_bytes(shape):
    body = archive(("a.npy", npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}", bytes(64))))
    assert "which are not the bytes it has" in refused(read_npz, body, LIMIT)["a"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{",
        "[1]",
        "{'descr': '<f8'}",
        "{'descr': 'zz', 'fortran_order': False, 'shape': (8,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (8L,), 'x': 1}",
        "{'descr': '<f8', 'fortran_order': 1, 'shape': [8], }",
        "(" * 100,
    ],
)
def test_a_header_that_cannot_be_read(header):
    assert "a cannot be read: " in refused(read_npz, archive(("a.npy", npy(header, bytes(64)))), LIMIT)["a"]


def test_members_that_are_no_arrays_are_named_together():
    body = archive(("readme.txt", b"hello"), ("a.npy", b""), ("b.npy", b"\x93NUMPY\x09\x09"))
    found = refused(read_npz, body, LIMIT)
    assert set(found) == {"readme.txt", "a", "b"}
    assert "an NPZ holds files that end in .npy" in found["readme.txt"]


def test_a_name_may_be_given_once():
    with pytest.warns(UserWarning, match="Duplicate name"):
        body = archive(("a.npy", b""), ("a.npy", b""))
    assert "more than once" in refused(read_npz, body, LIMIT)["a.npy"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method):
    body = archive(("a.npy", b"1"), method=method)
    assert "a way that NumPy does not use" in refused(read_npz, body, LIMIT)["a.npy"]


def test_a_locked_archive_is_refused():
    body = bytearray(archive(("a.npy", npy("{}"))))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    assert "a cannot be read: " in refused(read_npz, bytes(body), LIMIT)["a"]


def test_too_many_members():
    body = archive(*((f"{index}.npy", b"") for index in range(1001)))
    assert "body has 1001 names; at most 1000" in refused(read_npz, body, LIMIT)["body"]


FILES = [
    (npz(**ARRAYS), lambda body: read_npz(body, LIMIT)),
    (npz(True, **ARRAYS), lambda body: read_npz(body, LIMIT)),
    (save(ARRAYS), read_safetensors),
]


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=500, deadline=None)
def test_a_damaged_file_is_read_or_refused(file, data):
    body, read = bytearray(file[0]), file[1]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        if data.draw(st.booleans()):
            body[place] = data.draw(st.integers(0, 255))
        else:
            body[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
            body = body or bytearray(b"P")
    try:
        arrays = read(bytes(body))
    except InvalidInput:
        return
    assert all(array.dtype.kind in "fiu" for array in arrays.values())
