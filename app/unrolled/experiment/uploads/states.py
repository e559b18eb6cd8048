"""The initial state: h, and for an LSTM c, of every layer."""

from collections.abc import Mapping
from typing import Any

from unrolled.core.arrays.types import Array
from unrolled.core.networks.registry import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import too_many_names
from unrolled.experiment.uploads.numbers import read_numbers
from unrolled.experiment.uploads.shapes import Sizes, shape_fault
from unrolled.query.messages import quoted

NAMES = ("h", "c")


def read_states(given: Any, root: str, faults: list[FieldError]) -> dict[str, Array] | None:
    """Read the numbers of an initial state, whatever network it is for.

    Parameters
    ----------
    given : mapping or None
        ``h`` and ``c`` as lists or arrays; None counts as absent.
    root : str
        What stands before a name in a message, such as ``initial_state.``.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    dict of str to array, or None
        What could be read; None when nothing was given.
    """
    if given is None:
        return None
    if not isinstance(given, Mapping):
        message = f'initial_state is {quoted(given)}; give an object such as {{"h": [0, 0]}}.'
        faults.append(FieldError("initial_state", message, NAMES))
        return None
    if many := too_many_names(given, "initial_state"):
        faults += many
        return None
    for name in given:
        if name not in NAMES:
            message = f"There is no state {quoted(str(name))} in a recurrent network: it has h, and c in an lstm."
            faults.append(FieldError(f"{root}{str(name)[:60]}", message, NAMES))
    named = [name for name in NAMES if given.get(name) is not None]
    if not named and set(given) <= set(NAMES):
        faults.append(FieldError(f"{root}h", f"{root}h is missing: give H numbers, or L rows of them."))
    read = {name: read_numbers(given[name], root + name, _depth(given[name]), faults) for name in named}
    return {name: array for name, array in read.items() if array is not None}


def _depth(value: Any) -> int:
    """Tell rows from numbers by the first entry."""
    return 2 if isinstance(value, list) and value and isinstance(value[0], list) else 1


def fit_states(
    states: Mapping[str, Array] | None, sizes: Sizes, root: str, faults: list[FieldError]
) -> dict[str, Array] | None:
    """Hold an initial state to its network.

    Parameters
    ----------
    states : mapping of str to array, or None
        As `read_states` gives it.
    sizes : Sizes
        The network.
    root : str
        What stands before a name in a message.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    dict of str to array of shape (L, H), or None
        The states; a single row of H numbers will do where there is one layer.
    """
    if states and sizes.model not in MODELS:
        path = root.removesuffix(".") or root
        message = f"{path} is given, but {sizes.model} carries no state: take it out, or choose model=rnn, lstm or gru."
        faults.append(FieldError(path, message))
        return None
    fitted = {}
    expected = (sizes.layers, sizes.hidden)
    for name, array in (states or {}).items():
        path = root + name
        if name not in MODELS[sizes.model].states:
            message = f"{path} is the cell of an LSTM; this network, {sizes.model}, has none: take it out."
            faults.append(FieldError(path, message, MODELS[sizes.model].states))
        elif array.shape == expected or (sizes.layers == 1 and array.shape == expected[1:]):
            fitted[name] = array.reshape(expected)
        else:
            one = sizes.layers == 1 and array.ndim < 2
            batch = ": take one sequence out of the batch" if array.ndim == 3 else ""
            why = f"{'H' if one else 'L × H'}, from the weights or the query{batch}"
            faults.append(shape_fault(path, array, expected[1:] if one else expected, why))
    return fitted or None
