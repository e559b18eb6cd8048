"""Reading somebody's own network out of decoded JSON: names, shapes and numbers, every fault at once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.arrays import Array
from app.errors import FieldError
from app.query_faults import shown
from app.query_types import MAX_HIDDEN, MAX_LENGTH

LARGEST = 1e100
NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
_BIASES = NAMES[2:]
_MATRICES = NAMES[:2]


@dataclass(frozen=True)
class OwnNetwork:
    """The arrays of a body that could be read.

    Attributes
    ----------
    weights : dict of str to array, or None
        ``weight_ih_l0`` (H, D), ``weight_hh_l0`` (H, H), ``bias_ih_l0`` (H,), ``bias_hh_l0`` (H,).
    inputs : array of shape (T, D), or None
        The sequence.
    initial_state : array of shape (H,), or None
        h_0.
    faults : tuple of FieldError
        Everything that is wrong; the arrays may be used only when it is empty.
    """

    weights: dict[str, Array] | None
    inputs: Array | None
    initial_state: Array | None
    faults: tuple[FieldError, ...]

    def arrays(self) -> dict[str, Array]:
        """Give every array that is there by its path in the body."""
        named = {f"weights.{name}": array for name, array in (self.weights or {}).items()}
        single = {"inputs": self.inputs, "initial_state.h": self.initial_state}
        return named | {name: array for name, array in single.items() if array is not None}


def read_own(weights: Any, inputs: Any, initial_state: Any) -> OwnNetwork:
    """Read and check the arrays of a body.

    Parameters
    ----------
    weights : mapping or None
        PyTorch's names to nested lists. Both biases may be absent (then they are zero); one alone may not.
    inputs : list of lists or None
        T rows of D numbers.
    initial_state : mapping or None
        ``{"h": [H numbers]}``.

    Returns
    -------
    OwnNetwork
        The arrays and the faults.
    """
    faults: list[FieldError] = []
    arrays = _read_weights(weights, faults)
    sequence = None if inputs is None else _read(inputs, "inputs", 2, faults)
    state = _read_state(initial_state, faults)
    hidden = _check_recurrent(arrays, faults)
    if arrays is not None and hidden is not None:
        _check_shapes(arrays, hidden, faults)
    _check_inputs(sequence, arrays, faults)
    if state is not None and hidden is not None and state.shape != (hidden,):
        faults.append(_shape_fault("initial_state.h", state, (hidden,), "H, from weight_hh_l0"))
    if arrays is not None and hidden is not None:
        arrays = {name: arrays.get(name, np.zeros(hidden)) for name in NAMES if name in arrays or name in _BIASES}
    return OwnNetwork(arrays, sequence, state, tuple(faults))


def _read_weights(weights: Any, faults: list[FieldError]) -> dict[str, Array] | None:
    """Read the parameters by name; complain of unknown and missing ones."""
    if weights is None:
        return None
    if not isinstance(weights, Mapping):
        message = f"weights is {shown(weights)}; give an object with {_listed(NAMES)}."
        faults.append(FieldError("weights", message, NAMES))
        return None
    for name in weights:
        if name not in NAMES:
            message = (
                f"There is no parameter {shown(name)} in this network: it has one layer, l0, with {_listed(NAMES)}. "
                "Take the name out."
            )
            faults.append(FieldError(f"weights.{str(name)[:60]}", message, NAMES))
    present = [name for name in NAMES if weights.get(name) is not None]
    faults += [
        FieldError(f"weights.{name}", f"weights.{name} is missing: a network needs both matrices.")
        for name in _MATRICES
        if name not in present
    ]
    given = [name for name in _BIASES if name in present]
    if len(given) == 1:
        other = next(name for name in _BIASES if name not in given)
        message = f"weights.{other} is missing while {given[0]} is given: give both biases, or none for zeros."
        faults.append(FieldError(f"weights.{other}", message))
    read = {name: _read(weights[name], f"weights.{name}", 1 + (name in _MATRICES), faults) for name in present}
    return {name: array for name, array in read.items() if array is not None}


def _read_state(initial_state: Any, faults: list[FieldError]) -> Array | None:
    """Read h_0."""
    if initial_state is None:
        return None
    if not isinstance(initial_state, Mapping):
        message = f'initial_state is {shown(initial_state)}; give an object such as {{"h": [0, 0]}}.'
        faults.append(FieldError("initial_state", message, ("h",)))
        return None
    for name in initial_state:
        if name == "c":
            message = "initial_state.c is the cell of an LSTM; this network, rnn, has none: take it out."
            faults.append(FieldError("initial_state.c", message, ("h",)))
        elif name != "h":
            message = f"There is no state {shown(name)} in this network: its state is h."
            faults.append(FieldError(f"initial_state.{str(name)[:60]}", message, ("h",)))
    if initial_state.get("h") is None:
        if "c" not in initial_state:
            faults.append(FieldError("initial_state.h", "initial_state.h is missing: give H numbers."))
        return None
    return _read(initial_state["h"], "initial_state.h", 1, faults)


def _read(value: Any, path: str, dimensions: int, faults: list[FieldError]) -> Array | None:
    """Read a vector or a matrix; note the first fault in it."""
    rows = value if dimensions == 2 else [value]
    if not isinstance(rows, list) or not isinstance(value, list):
        kind = "a list of rows" if dimensions == 2 else "a list of numbers"
        faults.append(FieldError(path, f"{path} is {shown(value)}; give {kind}."))
        return None
    for index, row in enumerate(rows):
        where = f"{path}[{index}]" if dimensions == 2 else path
        fault = _row_fault(row, where, len(rows[0]) if isinstance(rows[0], list) else None, path)
        if fault:
            faults.append(fault)
            return None
    array = np.array(rows, dtype=np.float64) if rows else np.zeros((0, 0))
    return array if dimensions == 2 else array[0]


def _row_fault(row: Any, where: str, width: int | None, path: str) -> FieldError | None:
    """Find what is wrong with one row, if anything is."""
    if not isinstance(row, list):
        return FieldError(where, f"{where} is {shown(row)}; give a list of numbers.")
    if len(row) != width:
        message = f"The rows of {path} differ in length: {path}[0] has {width} numbers, {where} has {len(row)}."
        return FieldError(where, message)
    if set(map(type, row)) <= {int, float} and all(-LARGEST <= number <= LARGEST for number in row):
        return None
    return next(fault for place, entry in enumerate(row) if (fault := _entry_fault(entry, f"{where}[{place}]")))


def _entry_fault(entry: Any, where: str) -> FieldError | None:
    """Find what is wrong with one number."""
    if isinstance(entry, bool) or not isinstance(entry, int | float):
        return FieldError(where, f"{where} is {shown(entry)}; give a number.")
    if isinstance(entry, float) and not math.isfinite(entry):
        return FieldError(where, f"{where} is {entry}; give a finite number.")
    if not -LARGEST <= entry <= LARGEST:
        met = f"{entry:.3g}" if isinstance(entry, float) else "a whole number beyond 1e100"
        return FieldError(where, f"{where} is {met}; give a number of at most 1e100 in size.", (-LARGEST, LARGEST))
    return None


def _check_recurrent(arrays: dict[str, Array] | None, faults: list[FieldError]) -> int | None:
    """Give H, the size of the square recurrent matrix, or None where it cannot be known."""
    weight = (arrays or {}).get("weight_hh_l0")
    if weight is None:
        return None
    rows, columns = weight.shape
    path = "weights.weight_hh_l0"
    if rows != columns or rows == 0:
        faults.append(FieldError(path, f"{path} has shape {_shape(weight)}; expected a square matrix (H, H)."))
        return None
    if rows > MAX_HIDDEN:
        message = f"{path} has shape {_shape(weight)}; at most {MAX_HIDDEN} hidden units are taken."
        faults.append(FieldError(path, message, (MAX_HIDDEN,)))
    return int(rows)


def _check_shapes(arrays: Mapping[str, Array], hidden: int, faults: list[FieldError]) -> None:
    """Hold the other parameters to H."""
    entering = arrays.get("weight_ih_l0")
    if entering is not None and (entering.shape[0] != hidden or entering.shape[1] == 0):
        path = "weights.weight_ih_l0"
        message = f"{path} has shape {_shape(entering)}; expected ({hidden}, D), since weight_hh_l0 has {hidden} rows."
        faults.append(FieldError(path, message))
    faults += [
        _shape_fault(f"weights.{name}", arrays[name], (hidden,), "H, from weight_hh_l0")
        for name in _BIASES
        if name in arrays and arrays[name].shape != (hidden,)
    ]


def _check_inputs(sequence: Array | None, arrays: Mapping[str, Array] | None, faults: list[FieldError]) -> None:
    """Hold the sequence to the limits and to D."""
    if sequence is None:
        return
    rows, columns = sequence.shape
    if not rows or not columns:
        message = f"inputs has shape {_shape(sequence)}; give at least one row of one number."
        faults.append(FieldError("inputs", message))
        return
    if rows > MAX_LENGTH:
        message = f"inputs has {rows} rows; at most {MAX_LENGTH} steps are taken: shorten it."
        faults.append(FieldError("inputs", message, (MAX_LENGTH,)))
    entering = (arrays or {}).get("weight_ih_l0")
    if entering is not None and entering.shape[1] and columns != entering.shape[1]:
        expected = (rows, entering.shape[1])
        faults.append(_shape_fault("inputs", sequence, expected, "T × D, with D from weight_ih_l0"))


def _shape_fault(path: str, array: Array, expected: tuple[int, ...], why: str) -> FieldError:
    """Say which shape was met and which was expected."""
    return FieldError(path, f"{path} has shape {_shape(array)}; expected {_tuple(expected)} ({why}).", expected)


def _shape(array: Array) -> str:
    return _tuple(array.shape)


def _tuple(sizes: tuple[int, ...]) -> str:
    """Write a shape as (H, D), and a single size as (H,)."""
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(map(str, sizes))})"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
