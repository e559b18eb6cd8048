"""NPZ and safetensors: what NumPy and PyTorch write is read, and nothing else does harm."""

import io
import json
import pickle
import struct
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from tests.cases import examples
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.archives import MAX_EXPANSION, _bounded, is_zip, read_npz, read_safetensors

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
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return stream.getvalue()


def npy(header, content=b""):
    """Write an array of NumPy's with any header."""
    text = header.encode("latin1").ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


def tensors(header, content=b""):
    """Write a safetensors file with any header."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def read_tensors(body):
    """Read a safetensors file."""
    return read_safetensors(body, LIMIT)


def refused(read, *arguments):
    """Give the faults by field: of the whole file, or of the arrays in it."""
    try:
        arrays = read(*arguments)
    except InvalidInput as error:
        return {fault.field: fault.message for fault in error.errors}
    return {fault.field: fault.message for fault in arrays.values() if isinstance(fault, FieldError)}


def accepted(read, *arguments):
    """Give the arrays, and no fault among them."""
    entries = read(*arguments)
    arrays = {name: array for name, array in entries.items() if isinstance(array, np.ndarray)}
    assert list(arrays) == list(entries)
    return arrays


def test_npz_gives_its_arrays():
    for compressed in [False, True]:
        read = accepted(read_npz, npz(compressed, **ARRAYS), LIMIT)
        assert list(read) == list(ARRAYS)
        assert all(
            np.array_equal(read[name], array) and read[name].dtype == array.dtype for name, array in ARRAYS.items()
        )


def test_safetensors_gives_its_arrays():
    read = accepted(read_tensors, save(ARRAYS, {"format": "pt"}))
    assert set(read) == set(ARRAYS)
    assert all(np.array_equal(read[name], array) and read[name].dtype == array.dtype for name, array in ARRAYS.items())


def test_an_array_in_columns_is_read():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert np.array_equal(accepted(read_npz, npz(a=array), LIMIT)["a"], array)


def test_what_is_no_npz_is_refused():
    for body in [b"", b"PK", b"PK\x03\x04" + b"x" * 100, npz(**ARRAYS)[:-30], b"x" * 100]:
        assert "The body is not an NPZ, or is broken: " in refused(read_npz, body, LIMIT)["body"]


def test_what_is_no_safetensors_is_refused():
    for body in [
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
    ]:
        assert "The body is not a safetensors file, or is broken: " in refused(read_tensors, body)["body"]


def test_every_type_that_holds_no_real_numbers_is_named():
    arrays = {
        "a": np.ones(2, bool),
        "b": np.ones(2, complex),
        "c": np.array(["x"]),
        "d": np.array([{}]),
        "e": np.ones(2),
    }
    messages = refused(read_npz, npz(**arrays), LIMIT)
    assert set(messages) == set("abcd")
    for name, dtype in zip("abcd", ("bool", "complex128", "<U1", "object"), strict=True):
        assert messages[name].startswith(f"{name} has the dtype {dtype}; float16, float32, float64 and whole")


def test_bfloat16_is_the_upper_half_of_a_float32():
    numbers = np.array([[0.5, -3.0, 1e-40, np.inf, np.nan, 0.1]], np.float32)
    halves = (numbers.view(np.uint32) >> 16).astype(np.uint16)
    header = {"w": {"dtype": "BF16", "shape": [1, 6], "data_offsets": [0, 12]}}
    read = accepted(read_tensors, tensors(header, halves.tobytes()))
    expected = np.array([[0.5, -3.0, 0, np.inf, np.nan, 0.1]])
    np.testing.assert_allclose(read["w"], expected, rtol=2**-7, atol=1e-39)
    assert "w has the dtype bool" in refused(read_tensors, save({"w": np.ones(1, bool)}))["w"]
    for kind, size, name in (("F8_E4M3", 1, "f8_e4m3"), ("C64", 8, "complex64")):
        body = tensors({"w": {"dtype": kind, "shape": [1], "data_offsets": [0, size]}}, b"\0" * size)
        assert refused(read_tensors, body)["w"].startswith(f"w has the dtype {name}; ")


def test_a_header_of_any_length_is_read():
    for length in [0x0280, 0x0380, 0x0480, 0x0580, 0x4B50]:
        """Its length is what a file begins with, and may look like the beginning of a pickle or of an archive."""
        text = json.dumps({"w": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}).encode().ljust(length)
        body = struct.pack("<Q", length) + text + np.array([2.5]).tobytes()
        assert accepted(read_tensors, body)["w"].tolist() == [2.5]
        assert not is_zip(body)
        assert is_zip(npz(**ARRAYS))


def test_faults_of_a_file_come_in_the_order_of_their_names():
    names = [f"n{index}" for index in range(20)]
    messages = refused(read_tensors, save(dict.fromkeys(names, np.ones(1, bool))))
    assert list(messages) == sorted(names)


def test_nothing_is_unpickled():
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    messages = refused(read_npz, npz(a=np.array([Bomb()], dtype=object)), LIMIT)
    assert "a has the dtype object" in messages["a"]
    torch_like = archive(("archive/data.pkl", pickle.dumps(Bomb())), ("archive/version", b"3"))
    assert "safetensors.torch.save(model.state_dict())" in refused(read_npz, torch_like, LIMIT)["body"]
    assert "The file is a pickle" in refused(read_tensors, pickle.dumps(Bomb()))["body"]
    assert "send it as an NPZ" in refused(read_tensors, torch_like)["body"]


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = npz(compressed=True, a=np.zeros(4000), b=np.zeros(4000))
    assert len(bomb) < 1000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    assert "The file unpacks to 0.06128 MiB; at most 0.03815 MiB" in refused(read_npz, bomb, LIMIT)["body"]


def test_a_bomb_that_lies_about_its_size_is_read_no_further():
    body = bytearray(archive(("a.npy", npy("{}") + bytes(5 * 10**7))))
    place = body.index(b"PK\x01\x02")
    body[place + 24 : place + 28] = struct.pack("<I", 500)
    tracemalloc.start()
    try:
        assert "a cannot be read: " in refused(read_npz, bytes(body), LIMIT)["a"]
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()


def test_numbers_of_a_byte_are_counted_as_float64():
    bytes_ = np.zeros((100, 51), np.uint8)
    for messages in (
        refused(read_npz, npz(compressed=True, a=bytes_), LIMIT),
        refused(read_tensors, save({"a": bytes_})),
    ):
        assert "As float64 the numbers of the file take 0.03891 MiB; at most 0.03815 MiB are taken" in messages["body"]
    assert accepted(read_npz, npz(a=bytes_[:, :50]), LIMIT)["a"].size == 5000


def test_a_shape_that_is_not_that_of_the_bytes():
    for shape in ["(1000000000000,)", "(-1, -8)", "(1,)", "(0, 9)"]:
        body = archive(("a.npy", npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}", bytes(64))))
        assert "which are not the bytes it has" in refused(read_npz, body, LIMIT)["a"]


def test_a_header_that_cannot_be_read():
    for header in [
        "",
        "{",
        "[1]",
        "{'descr': '<f8'}",
        "{'descr': 'zz', 'fortran_order': False, 'shape': (8,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (8L,), 'x': 1}",
        "{'descr': '<f8', 'fortran_order': 1, 'shape': [8], }",
        "(" * 100,
    ]:
        assert "a cannot be read: " in refused(read_npz, archive(("a.npy", npy(header, bytes(64)))), LIMIT)["a"]


def test_members_that_are_no_arrays_are_named_together():
    body = archive(("readme.txt", b"hello"), ("a.npy", b""), ("b.npy", b"\x93NUMPY\x09\x09"))
    messages = refused(read_npz, body, LIMIT)
    assert set(messages) == {"readme.txt", "a", "b"}
    assert "an NPZ holds files that end in .npy" in messages["readme.txt"]


def test_a_name_may_be_given_once():
    with pytest.warns(UserWarning, match="Duplicate name"):
        body = archive(("a.npy", b""), ("a.npy", b""))
    assert "more than once" in refused(read_npz, body, LIMIT)["a.npy"]


def test_other_compressions_are_refused():
    for method in [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]:
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
    (save(ARRAYS), read_tensors),
]


@given(st.sampled_from(FILES), st.data())
@settings(max_examples=examples(240), deadline=None)
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
    assert all(isinstance(array, FieldError) or array.dtype.kind in "fiu" for array in arrays.values())


def test_all_numbers_together_are_bounded_by_what_they_take_as_float64():
    # Two arrays of a byte each number: eight bytes a number, of both together.
    arrays: dict[str, Any] = {"a": np.zeros(600, np.int8), "b": np.zeros(400, np.int8)}
    limit = 8 * 1000 // MAX_EXPANSION
    assert MAX_EXPANSION * limit == 8 * 1000
    assert _bounded(arrays, limit) is arrays
    with pytest.raises(InvalidInput):
        _bounded(arrays | {"c": np.zeros(1, np.int8)}, limit)
