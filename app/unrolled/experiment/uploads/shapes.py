"""Shapes: what the arrays say about the network, and where they contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.core.arrays.types import Array
from unrolled.core.models import MODELS
from unrolled.core.networks.architecture import Architecture
from unrolled.errors import FieldError
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault, row_text, shape_text
from unrolled.query.types import MAX_HIDDEN, MAX_LENGTH

_WITH_MATRIX, _WITHOUT = "weight_hh_l0", "weight_ih_l0"


@dataclass(frozen=True)
class Sizes:
    """What kind of network the arrays are of: a name out of ``MODELS``, L and H."""

    model: str
    layers: int
    hidden: int

    @property
    def first(self) -> str:
        """The parameter that tells them."""
        return _WITH_MATRIX if MODELS[self.model].has_recurrent_matrix else _WITHOUT


def read_sizes(
    arrays: Mapping[str, Array], paths: Mapping[str, str], layers: int, faults: list[FieldError], named: str = ""
) -> Sizes | None:
    """Tell model and H from ``weight_hh_l0``; None where they cannot be known.

    Where there is none, ``weight_ih_l0`` tells H of the model that the query has ``named``.
    """
    weight, path = arrays.get(_WITH_MATRIX), paths.get(_WITH_MATRIX, _WITH_MATRIX)
    if named and weight is None:
        return _without_matrix(arrays, paths, layers, faults, named)
    if weight is None:
        return None
    rows, columns = weight.shape if weight.ndim == 2 else (0, 0)
    model, shape = _model(rows, columns), shape_text(weight.shape)
    if model is None:
        template = messages.NO_MODEL_TRANSPOSED if _model(columns, rows) else messages.NO_MODEL
        faults.append(fault(path, template, shape=shape, shapes=_shapes()))
        return None
    return _limited(Sizes(model, layers, columns), path, shape, faults)


def _without_matrix(
    arrays: Mapping[str, Array], paths: Mapping[str, str], layers: int, faults: list[FieldError], model: str
) -> Sizes | None:
    weight, path = arrays.get(_WITHOUT), paths.get(_WITHOUT, _WITHOUT)
    if weight is None:
        return None
    rows, gates = (len(weight) if weight.ndim == 2 else 0), len(MODELS[model].gates)
    shape = shape_text(weight.shape)
    if not rows or rows % gates:
        shapes = messages.SHAPE_OF_MODEL.format(rows=row_text(model), columns="D", model=MODELS[model].words.named)
        faults.append(fault(path, messages.NO_MODEL, shape=shape, shapes=shapes))
        return None
    return _limited(Sizes(model, layers, rows // gates), path, shape, faults)


def _limited(sizes: Sizes, path: str, shape: str, faults: list[FieldError]) -> Sizes:
    if sizes.hidden > MAX_HIDDEN:
        faults.append(fault(path, messages.TOO_MANY_UNITS, (MAX_HIDDEN,), shape=shape, limit=MAX_HIDDEN))
    return sizes


def _told() -> list[str]:
    """Name the models that the shape of ``weight_hh_l0`` tells."""
    return [name for name, model in MODELS.items() if model.has_recurrent_matrix]


def _shapes() -> str:
    return ", ".join(
        messages.SHAPE_OF_MODEL.format(rows=row_text(name), columns="H", model=MODELS[name].words.named)
        for name in _told()
    )


def _model(rows: int, columns: int) -> str | None:
    """Find the model whose gates make this many rows."""
    return next((name for name in _told() if columns and rows == len(MODELS[name].gates) * columns), None)


def check_shapes(
    arrays: Mapping[str, Array], paths: Mapping[str, str], sizes: Sizes, faults: list[FieldError]
) -> int | None:
    """Hold every parameter to the sizes; give D, the columns of ``weight_ih_l0``, where it can be known."""
    entering = arrays.get("weight_ih_l0")
    width = None
    rows = len(MODELS[sizes.model].gates) * sizes.hidden
    if entering is not None:
        if entering.ndim == 2 and entering.shape[0] == rows and entering.shape[1]:
            width = int(entering.shape[1])
        else:
            shape = shape_text(entering.shape)
            faults.append(
                fault(paths["weight_ih_l0"], messages.WRONG_INPUT_WEIGHT, shape=shape, rows=rows, first=sizes.first)
            )
    network = MODELS[sizes.model].network(Architecture(width or 1, sizes.hidden, sizes.layers))
    for name, expected in network.parameter_shapes().items():
        if name != "weight_ih_l0" and name in arrays and arrays[name].shape != expected:
            template = messages.WRONG_BIAS if name.startswith("bias") else messages.WRONG_MATRIX
            faults.append(
                shape_fault(
                    paths[name], template, arrays[name], expected, rows=row_text(sizes.model), first=sizes.first
                )
            )
    return width


def check_inputs(sequence: Array | None, width: int | None, faults: list[FieldError]) -> None:
    """Hold the sequence to the limits, and to D where that is known."""
    if sequence is None:
        return
    shape = shape_text(sequence.shape)
    if sequence.ndim != 2:
        template = messages.INPUTS_IN_BATCH if sequence.ndim == 3 else messages.INPUTS_NOT_ROWS
        faults.append(fault("inputs", template, shape=shape))
        return
    rows, columns = sequence.shape
    if not rows or not columns:
        faults.append(fault("inputs", messages.NO_INPUTS, shape=shape))
        return
    if rows > MAX_LENGTH:
        faults.append(fault("inputs", messages.TOO_MANY_STEPS, (MAX_LENGTH,), rows=rows, limit=MAX_LENGTH))
    if width and columns != width:
        faults.append(shape_fault("inputs", messages.WRONG_INPUTS, sequence, (rows, width)))


def shape_fault(path: str, template: str, array: Array, expected: tuple[int, ...], **values: object) -> FieldError:
    """Say which shape was met and which was expected."""
    return fault(path, template, expected, shape=shape_text(array.shape), expected=shape_text(expected), **values)
