"""Numbers of somebody's own: nested lists or arrays become float64, or say where they cannot."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.errors import FieldError
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault
from unrolled.query.messages import quoted

LARGEST = 1e100


def read_numbers(value: Any, path: str, dimensions: int, faults: list[FieldError]) -> Array | None:
    """Read finite numbers of at most 1e100 in size as float64; the first fault is added to ``faults``.

    The value is nested lists as ``json.loads`` gives them, one or two ``dimensions`` deep, or an array out of a file
    (its shape is looked at elsewhere), or why it could not be read there.
    """
    if isinstance(value, FieldError):
        faults.append(replace(value, field=path))
        return None
    if isinstance(value, np.ndarray):
        return _read_array(value, path, faults)
    if not isinstance(value, list):
        faults.append(fault(path, messages.NOT_ROWS if dimensions == 2 else messages.NOT_A_LIST, value=quoted(value)))
        return None
    rows = value if dimensions == 2 else [value]
    for index, row in enumerate(rows):
        place = f"{path}[{index}]" if dimensions == 2 else path
        row_fault = _row_fault(row, place, len(rows[0]) if isinstance(rows[0], list) else None, path)
        if row_fault:
            faults.append(row_fault)
            return None
    array = np.array(rows, dtype=np.float64) if rows else np.zeros((0, 0))
    return array if dimensions == 2 else array[0]


def _read_array(array: np.ndarray[Any, Any], path: str, faults: list[FieldError]) -> Array | None:
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        faults.append(dtype_fault(path, str(array.dtype)))
        return None
    numbers = np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)
    # Not a number makes either end one, and compares as false; so no copy is needed.
    if not numbers.size or (numbers.min() >= -LARGEST and numbers.max() <= LARGEST):
        return numbers
    good = np.abs(numbers) <= LARGEST
    index = np.unravel_index(int(np.argmin(good)), numbers.shape)
    entry_fault = _entry_fault(float(numbers[index]), path + "".join(f"[{int(part)}]" for part in index))
    if entry_fault:
        faults.append(entry_fault)
    return None


def dtype_fault(path: str, dtype: str) -> FieldError:
    """Say that an array is of a type which is not taken, and how to turn it into one that is."""
    return fault(path, messages.WRONG_DTYPE, dtype=dtype[:60])


def _row_fault(row: Any, path: str, width: int | None, array: str) -> FieldError | None:
    if not isinstance(row, list):
        return fault(path, messages.NOT_A_LIST, value=quoted(row))
    if len(row) != width:
        return fault(path, messages.ROWS_DIFFER, array=array, width=width, count=len(row))
    if set(map(type, row)) <= {int, float} and all(-LARGEST <= number <= LARGEST for number in row):
        return None
    return next(found for index, entry in enumerate(row) if (found := _entry_fault(entry, f"{path}[{index}]")))


def _entry_fault(entry: Any, path: str) -> FieldError | None:
    if isinstance(entry, bool) or not isinstance(entry, int | float):
        return fault(path, messages.NOT_A_NUMBER, value=quoted(entry))
    if isinstance(entry, float) and not math.isfinite(entry):
        return fault(path, messages.NOT_FINITE, value=entry)
    if not -LARGEST <= entry <= LARGEST:
        template = messages.NUMBER_TOO_LARGE if isinstance(entry, float) else messages.WHOLE_NUMBER_TOO_LARGE
        return fault(path, template, (-LARGEST, LARGEST), value=entry)
    return None
