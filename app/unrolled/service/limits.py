"""Refusing, before anything is allocated, what would take too long or too much memory, and saying what would fit."""

from collections.abc import Callable, Iterator
from typing import Any

from unrolled.core.cost.recurrent import Cost
from unrolled.core.data.audio_inputs import audio_bytes
from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.errors import FieldError, InvalidInput, TooMuchWork
from unrolled.experiment.experiment import WINDOW_FIELDS, Experiment
from unrolled.views.contract.view import View
from unrolled.views.text.numbers import listed, number

_LOWEST = {"resolution": 2, "length": 1, "layers": 1, "hidden": 1}
_INSIDE = ("t", "k", *sorted(WINDOW_FIELDS))


def suit(experiment: Experiment, view: View) -> None:
    """Refuse a question that means nothing for a model.

    Parameters
    ----------
    problem : Experiment
        What would be computed.
    view : View
        The question that would be answered.

    Raises
    ------
    InvalidInput
        Names the models that it can be asked of.
    """
    if experiment.query.model in view.models:
        return
    fitting = tuple(name for name in EVERY_MODEL if name in view.models)
    message = f"“{view.label}” means nothing for model={experiment.query.model}: choose {listed(fitting, 'or')}."
    raise InvalidInput.of(FieldError("model", message, fitting))


def admit(experiment: Experiment, view: View, *, max_flops: float, max_bytes: float) -> None:
    """Let a computation pass, or refuse it.

    Parameters
    ----------
    problem : Experiment
        What would be computed.
    view : View
        The question that would be answered.
    max_flops : float
        Floating-point operations allowed.
    max_bytes : float
        Memory allowed.

    Raises
    ------
    TooMuchWork
        Says how much it would be, how much is allowed, and which single change of which field would fit.
    """

    def fits(cost: Cost) -> bool:
        return cost.flops <= max_flops and cost.bytes <= max_bytes

    _hear(experiment, max_bytes)
    cost = view.cost(experiment)
    if fits(cost):
        return
    too_much = []
    if cost.flops > max_flops:
        too_much.append(f"about {number(cost.flops / 1e9)} GFLOP of work, where {number(max_flops / 1e9)} are allowed")
    if cost.bytes > max_bytes:
        too_much.append(
            f"about {number(cost.bytes / 2**20)} MiB of memory, where {number(max_bytes / 2**20)} are allowed"
        )
    ways = list(_ways_out(experiment, view, fits))
    told = f"“{view.label}” at this size needs {listed(too_much)}. "
    if ways:
        advice = listed([words for _, words, _ in ways], "or")
        told += f"{advice[0].upper()}{advice[1:]}."
    else:
        told += f"No single change is enough: {_together(experiment)}, or ask a server with higher limits."
    faults = tuple(FieldError(field, f"{words[0].upper()}{words[1:]}.", (value,)) for field, words, value in ways)
    raise TooMuchWork(told, faults)


def _hear(experiment: Experiment, max_bytes: float) -> None:
    """Refuse a recording that takes too much memory to be heard: all of it is, however few steps are shown."""
    if experiment.recording is None or (needed := audio_bytes(experiment.recording)) <= max_bytes:
        return
    met = (
        f"To hear a recording of {experiment.recording.count} samples takes "
        f"about {number(needed / 2**20)} MiB of memory, "
        f"where {number(max_bytes / 2**20)} are allowed: cut it, or lower its sample rate."
    )
    raise TooMuchWork(met, (FieldError("body", met),))


def _ways_out(experiment: Experiment, view: View, fits: Callable[[Cost], bool]) -> Iterator[tuple[str, str, Any]]:
    """Try each field that counts, the others left as they are: its name, the advice, the value that fits."""
    query = experiment.query
    if "norm" in view.fields and query.norm != "frobenius" and fits(view.cost(experiment.changed(norm="frobenius"))):
        yield "norm", "choose norm=frobenius", "frobenius"
    for field, lowest in _LOWEST.items():
        if field not in view.fields or field in _fixed(experiment):
            continue
        largest = _largest(experiment, view, fits, field, lowest)
        if largest is not None:
            sent = field == "length" and experiment.inputs is not None
            yield field, f"send at most {largest} rows of inputs" if sent else f"lower {field} to {largest}", largest
    if "k" in view.fields:
        nearest = _nearest(experiment, view, fits)
        if nearest is not None:
            yield "k", f"raise k to {nearest}", nearest


def _nearest(experiment: Experiment, view: View, fits: Callable[[Cost], bool]) -> int | None:
    """Find the earliest k from which the way to t fits, by halving; None when not even a single step does."""
    low, high = experiment.query.earlier, max(experiment.query.earlier, experiment.query.later - 1)
    if low == high or not fits(view.cost(experiment.changed(k=high))):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(view.cost(experiment.changed(k=middle))) else (middle, high)
    return high


def _fixed(experiment: Experiment) -> tuple[str, ...]:
    """Name the fields that own arrays fix."""
    return () if experiment.weights is None and experiment.initial is None else ("layers", "hidden")


def _together(experiment: Experiment) -> str:
    """Say which fields to lower together."""
    if _fixed(experiment):
        return "send a smaller network" if experiment.inputs is None else "send a smaller network or a shorter sequence"
    return f"lower {'hidden, layers' if experiment.query.layers > 1 else 'hidden'} and length together"


def _largest(experiment: Experiment, view: View, fits: Callable[[Cost], bool], field: str, lowest: int) -> int | None:
    """Find the largest smaller value of a field that fits, by halving; None when not even the lowest does."""
    query = experiment.query
    if field == "layers":
        lowest = max(lowest, query.layer or 1, query.origin or 1)

    def possible(value: int) -> bool:
        # A shorter sequence may end before what is chosen inside it.
        freed = {name: None for name in _INSIDE if field == "length" and (query.value(name) or 0) > value}
        try:
            return fits(view.cost(experiment.changed(**freed | {field: value})))
        except InvalidInput:
            return False

    low, high = lowest, int(query.value(field))
    if low >= high or not possible(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low
