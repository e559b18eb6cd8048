"""The initial state: h, and for an LSTM c, of every layer."""

from collections.abc import Mapping
from typing import Any

from unrolled.core.arrays.types import Array
from unrolled.core.models import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault, too_many_names
from unrolled.experiment.uploads.numbers import read_numbers
from unrolled.experiment.uploads.shapes import Sizes, shape_fault
from unrolled.query.messages import quoted
from unrolled.query.rules import recurrent_models

NAMES = ("h", "c")


def read_states(states: Any, root: str, faults: list[FieldError]) -> dict[str, Array] | None:
    """Read ``h`` and ``c``, whatever network they are for; ``root`` stands before them in messages."""
    if states is None:
        return None
    if not isinstance(states, Mapping):
        faults.append(fault("initial_state", messages.STATE_NOT_OBJECT, NAMES, value=quoted(states)))
        return None
    if refusal := too_many_names(states, "initial_state"):
        faults += refusal
        return None
    for name in states:
        if name not in NAMES:
            faults.append(fault(f"{root}{str(name)[:60]}", messages.UNKNOWN_STATE, NAMES, name=quoted(str(name))))
    names = [name for name in NAMES if states.get(name) is not None]
    if not names and set(states) <= set(NAMES):
        faults.append(fault(f"{root}h", messages.STATE_MISSING))
    arrays = {name: read_numbers(states[name], root + name, _depth(states[name]), faults) for name in names}
    return {name: array for name, array in arrays.items() if array is not None}


def _depth(value: Any) -> int:
    """Tell rows from numbers by the first entry."""
    return 2 if isinstance(value, list) and value and isinstance(value[0], list) else 1


def fit_states(
    states: Mapping[str, Array] | None, sizes: Sizes, root: str, faults: list[FieldError]
) -> dict[str, Array] | None:
    """Give states of shape (L, H) each; a single row of H numbers will do where there is one layer."""
    if states and not MODELS[sizes.model].states:
        faults.append(
            fault(root.removesuffix(".") or root, messages.NO_STATE, model=sizes.model, models=recurrent_models())
        )
        return None
    fitted = {}
    expected = (sizes.layers, sizes.hidden)
    for name, array in (states or {}).items():
        path = root + name
        if name not in MODELS[sizes.model].states:
            faults.append(fault(path, messages.NO_CELL, MODELS[sizes.model].states, model=sizes.model))
        elif array.shape == expected or (sizes.layers == 1 and array.shape == expected[1:]):
            fitted[name] = array.reshape(expected)
        elif sizes.layers == 1 and array.ndim < 2:
            faults.append(shape_fault(path, messages.WRONG_STATE_OF_ONE_LAYER, array, expected[1:]))
        else:
            template = messages.STATE_IN_BATCH if array.ndim == 3 else messages.WRONG_STATE
            faults.append(shape_fault(path, template, array, expected))
    return fitted or None
