"""Numbers of somebody's own: nested lists or arrays become float64, or say where they cannot."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.errors import FieldError
from unrolled.query.messages import quoted

LARGEST = 1e100
_KINDS = {1: "a list of numbers", 2: "a list of rows"}


def read_numbers(value: Any, path: str, dimensions: int, faults: list[FieldError]) -> Array | None:
    """Read an array; note the first fault in it.

    Parameters
    ----------
    value : list, array or FieldError
        Nested lists as ``json.loads`` gives them, or an array out of a file, or why it could not be read there.
    path : str
        Its name for a message.
    dimensions : {1, 2}
        How deep lists are nested; the shape of an array is looked at elsewhere.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    array or None
        Finite numbers of at most 1e100 in size, float64.
    """
    if isinstance(value, FieldError):
        faults.append(replace(value, field=path))
        return None
    if isinstance(value, np.ndarray):
        return _read_array(value, path, faults)
    rows = value if dimensions == 2 else [value]
    if not isinstance(value, list):
        faults.append(FieldError(path, f"{path} is {quoted(value)}; give {_KINDS[dimensions]}."))
        return None
    for index, row in enumerate(rows):
        where = f"{path}[{index}]" if dimensions == 2 else path
        fault = _row_fault(row, where, len(rows[0]) if isinstance(rows[0], list) else None, path)
        if fault:
            faults.append(fault)
            return None
    array = np.array(rows, dtype=np.float64) if rows else np.zeros((0, 0))
    return array if dimensions == 2 else array[0]


def _read_array(array: np.ndarray[Any, Any], path: str, faults: list[FieldError]) -> Array | None:
    """Take over an array of real numbers."""
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        faults.append(dtype_fault(path, str(array.dtype)))
        return None
    numbers = np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)
    # Not a number makes either end one, and compares as false; so no copy is needed.
    if not numbers.size or (numbers.min() >= -LARGEST and numbers.max() <= LARGEST):
        return numbers
    good = np.abs(numbers) <= LARGEST
    place = np.unravel_index(int(np.argmin(good)), numbers.shape)
    where = path + "".join(f"[{int(index)}]" for index in place)
    fault = _entry_fault(float(numbers[place]), where)
    if fault:
        faults.append(fault)
    return None


def dtype_fault(path: str, dtype: str) -> FieldError:
    """Say that an array is of a type which is not taken, and how to turn it into one that is.

    Parameters
    ----------
    path : str
        The array's name.
    dtype : str
        Its type.

    Returns
    -------
    FieldError
        The fault.
    """
    message = (
        f"{path} has the dtype {dtype[:60]}; float16, float32, float64 and whole numbers up to 64 bits are taken: "
        "send it as float64 (tensor.double() in PyTorch, array.astype(float) in NumPy)."
    )
    return FieldError(path, message)


def _row_fault(row: Any, where: str, width: int | None, path: str) -> FieldError | None:
    """Find what is wrong with one row, if anything is."""
    if not isinstance(row, list):
        return FieldError(where, f"{where} is {quoted(row)}; give a list of numbers.")
    if len(row) != width:
        message = f"The rows of {path} differ in length: {path}[0] has {width} numbers, {where} has {len(row)}."
        return FieldError(where, message)
    if set(map(type, row)) <= {int, float} and all(-LARGEST <= number <= LARGEST for number in row):
        return None
    return next(fault for place, entry in enumerate(row) if (fault := _entry_fault(entry, f"{where}[{place}]")))


def _entry_fault(entry: Any, where: str) -> FieldError | None:
    """Find what is wrong with one number."""
    if isinstance(entry, bool) or not isinstance(entry, int | float):
        return FieldError(where, f"{where} is {quoted(entry)}; give a number.")
    if isinstance(entry, float) and not math.isfinite(entry):
        return FieldError(where, f"{where} is {entry}; give a finite number.")
    if not -LARGEST <= entry <= LARGEST:
        met = f"{entry:.3g}" if isinstance(entry, float) else "a whole number beyond 1e100"
        return FieldError(where, f"{where} is {met}; give a number of at most 1e100 in size.", (-LARGEST, LARGEST))
    return None
