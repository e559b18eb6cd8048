"""Refusing, before anything is allocated, what would take too long or too much memory, and saying what would fit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

from unrolled.core.cost.derivative import Cost
from unrolled.core.data.audio_inputs import audio_bytes
from unrolled.core.models import MODELS
from unrolled.errors import FieldError, InvalidInput, TooMuchWork
from unrolled.experiment.experiment import WINDOW_FIELDS, Experiment
from unrolled.runtime.progress import Exceeded, at_most
from unrolled.settings import Settings
from unrolled.views.contract.view import View
from unrolled.views.text.numbers import listed, number

_WRONG_MODEL = "“{view}” means nothing for model={model}: choose {models}."
_TOO_MUCH = "“{view}” at this size needs {needs}. {way_out}."
_WORK = "about {work} GFLOP of work, where {allowed} are allowed"
_MEMORY = "about {memory} MiB of memory, where {allowed} are allowed"
_NO_SINGLE_CHANGE = "No single change is enough: {advice}, or ask a server with higher limits"
_LONG_RECORDING = (
    "To hear a recording of {samples} samples takes about {memory} MiB of memory, where {allowed} are allowed: "
    "cut it, or lower its sample rate."
)

# Beforehand work is counted within a factor of two.
ALLOWANCE = 2.0

Work = Callable[[Experiment], Cost]
Fits = Callable[[Experiment], bool]

_LOWEST = {"resolution": 2, "length": 1, "layers": 1, "hidden": 1}
_POSITION_FIELDS = ("t", "k", *sorted(WINDOW_FIELDS))


class Limits(TypedDict):
    """What one answer may take."""

    max_flops: float
    max_bytes: float


def limits_of(settings: Settings) -> Limits:
    """Read off the settings what one answer may take."""
    return Limits(max_flops=settings.max_gflop * 1e9, max_bytes=settings.max_memory_mib * 2.0**20)


def check_model(experiment: Experiment, view: View) -> None:
    """Raise `InvalidInput` for a question that means nothing for a model; it names those that can be asked."""
    model = experiment.query.model
    if model in view.models:
        return
    models = tuple(name for name in MODELS if name in view.models)
    message = _WRONG_MODEL.format(view=view.label, model=model, models=listed(models, "or"))
    raise InvalidInput.of(FieldError("model", message, models))


def check_cost(experiment: Experiment, view: View, *, max_flops: float, max_bytes: float) -> None:
    """Raise `TooMuchWork` for a computation above the limits.

    It says how much it would be, how much is allowed, and which single change of which field would fit.
    """
    _check_recording(experiment, max_bytes)
    cost = view.work(experiment)
    if cost.flops > max_flops or cost.bytes > max_bytes:
        raise _too_much(experiment, view, view.work, max_flops, max_bytes)


@contextmanager
def within_limits(experiment: Experiment, view: View, *, max_flops: float, max_bytes: float) -> Iterator[None]:
    """Stop what `check_cost` let through once it has taken twice what is allowed: raises the same `TooMuchWork`.

    So much more than counted beforehand, every other size is taken to need as well.
    """
    try:
        with at_most(ALLOWANCE * max_flops):
            yield
    except Exceeded as error:
        missed = max(1.0, error.done / view.work(experiment).flops)

        def work(changed: Experiment) -> Cost:
            cost = view.work(changed)
            return Cost(missed * cost.flops, cost.bytes)

        raise _too_much(experiment, view, work, max_flops, max_bytes) from None


def _too_much(experiment: Experiment, view: View, work: Work, max_flops: float, max_bytes: float) -> TooMuchWork:
    """Say how much work it is, and which single change of which field would fit."""

    def fits(changed: Experiment) -> bool:
        cost = work(changed)
        return cost.flops <= max_flops and cost.bytes <= max_bytes

    cost, needs = work(experiment), []
    if cost.flops > max_flops:
        needs.append(_WORK.format(work=number(cost.flops / 1e9), allowed=number(max_flops / 1e9)))
    if cost.bytes > max_bytes:
        needs.append(_MEMORY.format(memory=number(cost.bytes / 2**20), allowed=number(max_bytes / 2**20)))
    changes = list(_fitting_changes(experiment, view, fits))
    if changes:
        way_out = _capitalised(listed([advice for _, advice, _ in changes], "or"))
    else:
        way_out = _NO_SINGLE_CHANGE.format(advice=_joint_advice(experiment))
    faults = tuple(FieldError(field, f"{_capitalised(advice)}.", (value,)) for field, advice, value in changes)
    return TooMuchWork(_TOO_MUCH.format(view=view.label, needs=listed(needs), way_out=way_out), faults)


def _check_recording(experiment: Experiment, max_bytes: float) -> None:
    """Raise `TooMuchWork` for a long recording: all of it takes memory, however few of its steps are shown."""
    if experiment.recording is None or (needed := audio_bytes(experiment.recording)) <= max_bytes:
        return
    memory, allowed = number(needed / 2**20), number(max_bytes / 2**20)
    message = _LONG_RECORDING.format(samples=experiment.recording.count, memory=memory, allowed=allowed)
    raise TooMuchWork(message, (FieldError("body", message),))


def _fitting_changes(experiment: Experiment, view: View, fits: Fits) -> Iterator[tuple[str, str, Any]]:
    """Try each field that counts, the others left as they are: its name, the advice, the value that fits."""
    query = experiment.query
    if "norm" in view.fields and query.norm != "frobenius" and fits(experiment.changed(norm="frobenius")):
        yield "norm", "choose norm=frobenius", "frobenius"
    for field, lowest in _LOWEST.items():
        if field not in view.fields or field in _fixed_fields(experiment):
            continue
        largest = _largest_fitting(experiment, fits, field, lowest)
        if largest is not None:
            from_body = field == "length" and experiment.inputs is not None
            yield (
                field,
                f"send at most {largest} rows of inputs" if from_body else f"lower {field} to {largest}",
                largest,
            )
    if "k" in view.fields:
        earliest = _earliest_fitting_k(experiment, fits)
        if earliest is not None:
            yield "k", f"raise k to {earliest}", earliest


def _earliest_fitting_k(experiment: Experiment, fits: Fits) -> int | None:
    """Find the earliest k from which the way to t fits, by halving; None when not even a single step does."""
    low, high = experiment.query.earlier, max(experiment.query.earlier, experiment.query.later - 1)
    if low == high or not fits(experiment.changed(k=high)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(experiment.changed(k=middle)) else (middle, high)
    return high


def _fixed_fields(experiment: Experiment) -> tuple[str, ...]:
    """Name the fields that own arrays fix."""
    return () if experiment.weights is None and experiment.initial is None else ("layers", "hidden")


def _joint_advice(experiment: Experiment) -> str:
    """Say which fields to lower together."""
    if _fixed_fields(experiment):
        return "send a smaller network" if experiment.inputs is None else "send a smaller network or a shorter sequence"
    return f"lower {'hidden, layers' if experiment.query.layers > 1 else 'hidden'} and length together"


def _largest_fitting(experiment: Experiment, fits: Fits, field: str, lowest: int) -> int | None:
    """Find the largest smaller value of a field that fits, by halving; None when not even the lowest does."""
    query = experiment.query
    if field == "layers":
        lowest = max(lowest, query.layer or 1, query.origin or 1)

    def possible(value: int) -> bool:
        # A shorter sequence may end before a chosen position.
        freed = {name: None for name in _POSITION_FIELDS if field == "length" and (query.value(name) or 0) > value}
        try:
            return fits(experiment.changed(**freed | {field: value}))
        except InvalidInput:
            return False

    low, high = lowest, int(query.value(field))
    if low >= high or not possible(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low


def _capitalised(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
