"""Numbers out of files and lists: types, places and sizes."""

import numpy as np

from unrolled.errors import FieldError
from unrolled.experiment.uploads.numbers import read_numbers


def test_real_numbers_become_float64():
    for dtype in ["f2", "f4", "f8", ">f4", "i1", "u1", "i8", ">i2", "u8"]:
        faults: list[FieldError] = []
        array = read_numbers(np.array([[1, 2], [3, 4]], dtype), "a", 2, faults)
        assert not faults
        assert array is not None
        assert array.dtype == np.float64
        assert array.tolist() == [[1, 2], [3, 4]]


def test_an_array_in_columns_keeps_its_shape():
    columns = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    array = read_numbers(columns, "a", 2, [])
    assert array is not None
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_other_types_are_refused_by_name():
    for dtype in ["?", "c8", "O", "S3", "U3", "M8[s]", "V2"]:
        faults: list[FieldError] = []
        assert read_numbers(np.zeros(3, dtype), "lstm.bias", 1, faults) is None
        assert faults[0].message.startswith(f"lstm.bias has the dtype {np.dtype(dtype)}; float16, float32, float64")
        assert "array.astype(float)" in faults[0].message


def test_the_index_of_a_bad_number_is_named():
    for number, phrase in [
        (np.nan, "is nan; give a finite"),
        (-np.inf, "is -inf; give a finite"),
        (1e101, "is 1e+101; give a number of at"),
    ]:
        numbers = np.zeros((3, 2))
        numbers[1, 1] = numbers[2, 0] = number
        faults: list[FieldError] = []
        assert read_numbers(numbers, "x", 2, faults) is None
        assert faults[0].field == "x[1][1]"
        assert phrase in faults[0].message
