"""From what was sent to the arrays of a network, with everything that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.networks.network import Network
from unrolled.errors import FieldError
from unrolled.experiment.uploads.names import KINDS, read_names
from unrolled.experiment.uploads.numbers import read_numbers
from unrolled.experiment.uploads.shapes import FIRST, Sizes, check_inputs, check_shapes, read_sizes
from unrolled.experiment.uploads.states import fit_states, read_states
from unrolled.query.messages import quoted


@dataclass(frozen=True)
class Roots:
    """What stands before a name in a message: a path in a JSON body, nothing in a file.

    Attributes
    ----------
    query, weights, state : str
        For the fields of the query, the parameters and the initial state.
    """

    query: str = "query."
    weights: str = "weights."
    state: str = "initial_state."


IN_JSON = Roots()
IN_FILE = Roots("", "", "")


@dataclass(frozen=True)
class UploadedNetwork:
    """The arrays that could be read.

    Attributes
    ----------
    sizes : Sizes or None
        Model, L and H, where the weights tell them.
    width : int or None
        D, where they tell it.
    weights : dict of str to array, or None
        Every parameter under PyTorch's name without a prefix; biases that were left out are zero.
    inputs : array of shape (T, D), or None
        The sequence.
    initial : dict of str to array, or None
        ``h`` and ``c``, of shape (L, H) where the sizes are known and as they were given otherwise.
    has_weights, has_inputs : bool
        Whether they were given, even if they could not be read.
    faults : tuple of FieldError
        Everything that is wrong; the arrays may be used only when it is empty.
    """

    sizes: Sizes | None
    width: int | None
    weights: dict[str, Array] | None
    inputs: Array | None
    initial: dict[str, Array] | None
    has_weights: bool
    has_inputs: bool
    faults: tuple[FieldError, ...]


def read_network(weights: Any, inputs: Any, initial_state: Any, roots: Roots = IN_JSON) -> UploadedNetwork:
    """Read and check the arrays of a body.

    Parameters
    ----------
    weights : mapping or None
        PyTorch's names, with or without a common prefix, to nested lists or arrays. Either every bias is there or none
        (then they are zero).
    inputs : list of lists, array or None
        T rows of D numbers.
    initial_state : mapping or None
        ``h`` and ``c``: H numbers where there is one layer, or L rows of them.
    roots : Roots, optional
        How messages name the arrays.

    Returns
    -------
    UploadedNetwork
        The arrays and the faults.
    """
    faults: list[FieldError] = []
    sizes, width, arrays = None, None, None
    if weights is not None and not isinstance(weights, Mapping):
        known = tuple(f"{kind}_l0" for kind in KINDS)
        message = f"weights is {quoted(weights)}; give an object with {', '.join(known)}."
        faults.append(FieldError("weights", message, known))
    elif weights is not None:
        named = read_names(weights, roots.weights, faults)
        arrays = {}
        for name, value in named.values.items():
            array = read_numbers(value, named.paths[name], 1 if name.startswith("bias") else 2, faults)
            if array is not None:
                arrays[name] = array
        sizes = read_sizes(arrays, named.paths.get(FIRST, FIRST), named.layers, faults)
        if sizes:
            width = check_shapes(arrays, named.paths, sizes, faults)
    sequence = None if inputs is None else read_numbers(inputs, "inputs", 2, faults)
    check_inputs(sequence, width, faults)
    states = read_states(initial_state, roots.state, faults)
    if sizes and width and arrays is not None:
        arrays = _with_zeros(arrays, sizes, width)
    if sizes:
        states = fit_states(states, sizes, roots.state, faults)
    given = weights is not None, inputs is not None
    return UploadedNetwork(sizes, width, arrays, sequence, states, *given, tuple(faults))


def _with_zeros(arrays: Mapping[str, Array], sizes: Sizes, width: int) -> dict[str, Array]:
    """Put the parameters into PyTorch's order; biases that were left out are zero."""
    shapes = Network(sizes.model, width, sizes.hidden, sizes.layers).parameter_shapes()
    return {
        name: arrays[name] if name in arrays else np.zeros(shape)
        for name, shape in shapes.items()
        if name in arrays or name.startswith("bias")
    }
