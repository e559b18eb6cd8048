"""From what was sent to the arrays of a network, with everything that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.models import MODELS
from unrolled.core.networks.architecture import Architecture
from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import WEIGHTS_NOT_OBJECT, fault
from unrolled.experiment.uploads.names import KINDS, read_names
from unrolled.experiment.uploads.numbers import read_numbers
from unrolled.experiment.uploads.shapes import Sizes, check_inputs, check_shapes, read_sizes
from unrolled.experiment.uploads.states import fit_states, read_states
from unrolled.query.messages import quoted


@dataclass(frozen=True)
class Roots:
    """What stands before a name in a message: a path in a JSON body, nothing in a file."""

    query: str = "query."
    weights: str = "weights."
    state: str = "initial_state."


IN_JSON = Roots()
IN_FILE = Roots("", "", "")


@dataclass(frozen=True)
class UploadedNetwork:
    """The arrays that could be read; they may be used only where there are no faults.

    ``width`` is D. Weights have PyTorch's names without a prefix, and biases that were left out are zero; inputs are
    (T, D); ``h`` and ``c`` of the initial state are (L, H) where the sizes are known. ``has_weights`` and
    ``has_inputs`` say whether they were sent, even if they could not be read.
    """

    sizes: Sizes | None
    width: int | None
    weights: dict[str, Array] | None
    inputs: Array | None
    initial: dict[str, Array] | None
    has_weights: bool
    has_inputs: bool
    faults: tuple[FieldError, ...]


def read_network(
    weights: Any, inputs: Any, initial_state: Any, roots: Roots = IN_JSON, model: Any = None
) -> UploadedNetwork:
    """Read and check the arrays of a body: nested lists or arrays, None where left out.

    Weights have PyTorch's names, with or without a common prefix, and every bias or none; inputs are T rows of D
    numbers; ``h`` and ``c`` are L rows of H numbers, or H numbers where there is one layer. Weights without a recurrent
    matrix are those of the ``model`` that the query names, if that has none.
    """
    faults: list[FieldError] = []
    sizes, width, arrays = None, None, None
    if weights is not None and not isinstance(weights, Mapping):
        names = tuple(f"{kind}_l0" for kind in KINDS)
        faults.append(fault("weights", WEIGHTS_NOT_OBJECT, names, value=quoted(weights), names=", ".join(names)))
    elif weights is not None:
        row = MODELS.get(str(model))
        without = row.name if row and row.states and not row.has_recurrent_matrix else ""
        named = read_names(weights, roots.weights, faults, needs_matrix=not without)
        arrays = {}
        for name, value in named.values.items():
            array = read_numbers(value, named.paths[name], 1 if name.startswith("bias") else 2, faults)
            if array is not None:
                arrays[name] = array
        sizes = read_sizes(arrays, named.paths, named.layers, faults, without)
        if sizes:
            width = check_shapes(arrays, named.paths, sizes, faults)
    sequence = None if inputs is None else read_numbers(inputs, "inputs", 2, faults)
    check_inputs(sequence, width, faults)
    states = read_states(initial_state, roots.state, faults)
    if sizes and width and arrays is not None:
        arrays = _with_zeros(arrays, sizes, width)
    if sizes:
        states = fit_states(states, sizes, roots.state, faults)
    sent = weights is not None, inputs is not None
    return UploadedNetwork(sizes, width, arrays, sequence, states, *sent, tuple(faults))


def _with_zeros(arrays: Mapping[str, Array], sizes: Sizes, width: int) -> dict[str, Array]:
    """Put the parameters into PyTorch's order; biases that were left out are zero."""
    shapes = MODELS[sizes.model].network(Architecture(width, sizes.hidden, sizes.layers)).parameter_shapes()
    return {
        name: arrays[name] if name in arrays else np.zeros(shape)
        for name, shape in shapes.items()
        if name in arrays or name.startswith("bias")
    }
