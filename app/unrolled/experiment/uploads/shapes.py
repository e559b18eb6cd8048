"""Shapes: what the arrays say about the network, and where they contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.core.arrays.types import Array
from unrolled.core.networks.network import Network
from unrolled.core.networks.registry import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import article, blocks, counted, shape
from unrolled.query.types import MAX_HIDDEN, MAX_LENGTH

FIRST = "weight_hh_l0"


@dataclass(frozen=True)
class Sizes:
    """What kind of network the arrays are of.

    Attributes
    ----------
    model : str
        A name out of ``MODELS``.
    layers, hidden : int
        L and H.
    """

    model: str
    layers: int
    hidden: int


def read_sizes(arrays: Mapping[str, Array], path: str, layers: int, faults: list[FieldError]) -> Sizes | None:
    """Tell model and hidden size from ``weight_hh_l0``.

    Parameters
    ----------
    arrays : mapping of str to array
        The parameters that could be read.
    path : str
        The name of ``weight_hh_l0`` in a message.
    layers : int
        L.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    Sizes or None
        None where they cannot be known.
    """
    weight = arrays.get(FIRST)
    if weight is None:
        return None
    rows, columns = weight.shape if weight.ndim == 2 else (0, 0)
    model = _model(rows, columns)
    if model is None:
        kinds = ", ".join(f"({blocks(name)}, H) for {article(name)}" for name in MODELS)
        hint = " It looks transposed: send its transpose." if _model(columns, rows) else ""
        faults.append(FieldError(path, f"{path} has shape {shape(weight.shape)}; expected {kinds}.{hint}"))
        return None
    if columns > MAX_HIDDEN:
        message = f"{path} has shape {shape(weight.shape)}; at most {MAX_HIDDEN} hidden units are taken."
        faults.append(FieldError(path, message, (MAX_HIDDEN,)))
    return Sizes(model, layers, columns)


def _model(rows: int, columns: int) -> str | None:
    """Find the model whose gates make this many rows."""
    return next((name for name, model in MODELS.items() if columns and rows == len(model.gates) * columns), None)


def origin(sizes: Sizes) -> str:
    """Say how the model was told.

    Parameters
    ----------
    sizes : Sizes
        The network.

    Returns
    -------
    str
        Such as ``weight_hh_l0 has shape (64, 16): four blocks of 16 rows, an lstm``.
    """
    gates = len(MODELS[sizes.model].gates)
    met = shape((gates * sizes.hidden, sizes.hidden))
    return f"{FIRST} has shape {met}: {counted(gates, 'block')} of {sizes.hidden} rows, {article(sizes.model)}"


def check_shapes(
    arrays: Mapping[str, Array], paths: Mapping[str, str], sizes: Sizes, faults: list[FieldError]
) -> int | None:
    """Hold every parameter to the sizes.

    Parameters
    ----------
    arrays : mapping of str to array
        The parameters that could be read.
    paths : mapping of str to str
        Their names in messages.
    sizes : Sizes
        The network.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    int or None
        D, the columns of ``weight_ih_l0``, where it can be known.
    """
    entering = arrays.get("weight_ih_l0")
    width = None
    rows = len(MODELS[sizes.model].gates) * sizes.hidden
    if entering is not None:
        path = paths["weight_ih_l0"]
        if entering.ndim == 2 and entering.shape[0] == rows and entering.shape[1]:
            width = int(entering.shape[1])
        else:
            told = f"expected ({rows}, D), since {FIRST} has {rows} rows"
            faults.append(FieldError(path, f"{path} has shape {shape(entering.shape)}; {told}."))
    for name, expected in Network(sizes.model, width or 1, sizes.hidden, sizes.layers).parameter_shapes().items():
        if name != "weight_ih_l0" and name in arrays and arrays[name].shape != expected:
            many = blocks(sizes.model)
            why = f"{many}, from {FIRST}" if name.startswith("bias") else f"{many} × H, from {FIRST}"
            faults.append(shape_fault(paths[name], arrays[name], expected, why))
    return width


def check_inputs(sequence: Array | None, width: int | None, faults: list[FieldError]) -> None:
    """Hold the sequence to the limits and to D.

    Parameters
    ----------
    sequence : array or None
        The inputs.
    width : int or None
        D where it is known.
    faults : list of FieldError
        Takes what is wrong.
    """
    if sequence is None:
        return
    if sequence.ndim != 2:
        hint = ": take one sequence out of the batch" if sequence.ndim == 3 else ""
        message = f"inputs has shape {shape(sequence.shape)}; expected two axes, T × D{hint}."
        faults.append(FieldError("inputs", message))
        return
    rows, columns = sequence.shape
    if not rows or not columns:
        message = f"inputs has shape {shape(sequence.shape)}; give at least one row of one number."
        faults.append(FieldError("inputs", message))
        return
    if rows > MAX_LENGTH:
        message = f"inputs has {rows} rows; at most {MAX_LENGTH} steps are taken: shorten it."
        faults.append(FieldError("inputs", message, (MAX_LENGTH,)))
    if width and columns != width:
        faults.append(shape_fault("inputs", sequence, (rows, width), "T × D, with D from weight_ih_l0"))


def shape_fault(path: str, array: Array, expected: tuple[int, ...], why: str) -> FieldError:
    """Say which shape was met and which was expected.

    Parameters
    ----------
    path : str
        The array's name.
    array : array
        The array.
    expected : tuple of int
        The shape it should have.
    why : str
        What the expected numbers are.

    Returns
    -------
    FieldError
        The fault.
    """
    return FieldError(path, f"{path} has shape {shape(array.shape)}; expected {shape(expected)} ({why}).", expected)
