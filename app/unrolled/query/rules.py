"""The rules between the fields of a query: each names the fields it compares, and gives the fault and the way out."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from unrolled.core.models import MODELS
from unrolled.errors import FieldError
from unrolled.query import messages
from unrolled.query.fields import Fields

_STEPS: Mapping[str, Callable[[Fields], int | None]] = {
    "t": lambda fields: fields.t,
    "k": lambda fields: fields.k,
    "from": lambda fields: fields.from_,
    "to": lambda fields: fields.to,
    "since": lambda fields: fields.since,
    "until": lambda fields: fields.until,
}
_STATES: Mapping[str, Callable[[Fields], str]] = {"of": lambda fields: fields.of, "wrt": lambda fields: fields.wrt}


@dataclass(frozen=True)
class Rule:
    """The fields that are compared, and what gives their fault; it says nothing where one of them cannot be used."""

    names: frozenset[str]
    fault: Callable[[Fields], FieldError | None]


def rule_faults(
    fields: Fields, unusable: Collection[str] = (), among: Collection[str] | None = None
) -> list[FieldError]:
    """Hold fields to each other, one fault a field; of ``unusable`` ones the value here is not the one given.

    Only what the fields ``among`` have to do with is held, where these are given: the others agreed before.
    """
    faults: dict[str, FieldError] = {}
    for rule in RULES if among is None else (rule for rule in RULES if not rule.names.isdisjoint(among)):
        fault = None if rule.names.intersection(unusable) else rule.fault(fields)
        if fault:
            faults.setdefault(fault.field, fault)
    return list(faults.values())


def _text(fields: Fields) -> FieldError | None:
    if fields.input != "text" or fields.text:
        return None
    return FieldError("text", messages.NO_TEXT)


def _series(fields: Fields) -> FieldError | None:
    if fields.input != "series" or fields.series:
        return None
    return FieldError("series", messages.NO_SERIES)


def _in_sequence(name: str, fields: Fields) -> FieldError | None:
    step = _STEPS[name](fields)
    if step is None or step <= fields.length:
        return None
    message = messages.STEP_BEYOND_END.format(field=name, value=step, length=fields.length)
    return FieldError(name, message, (1, fields.length))


def _in_order(first: str, last: str, fields: Fields) -> FieldError | None:
    before, after = _STEPS[first](fields), _STEPS[last](fields)
    if before is None or after is None or before <= after:
        return None
    message = messages.STEPS_OUT_OF_ORDER.format(first=first, before=before, last=last, after=after)
    return FieldError(first, message, (1, after))


def _in_window(name: str, fields: Fields) -> FieldError | None:
    """Hold the end of the columns and the beginning of the rows to the window, or to the sequence if that is none."""
    template = messages.OUTSIDE_WINDOW
    first, _, _, last = fields.zoom_bounds
    last = min(last, fields.length)
    if first > last:
        template, first, last = messages.OUTSIDE_SEQUENCE, 1, fields.length
    step = _STEPS[name](fields)
    if step is None or first <= step <= last:
        return None
    return FieldError(name, template.format(field=name, value=step, first=first, last=last), (first, last))


def _state(name: str, fields: Fields) -> FieldError | None:
    """Hold what is looked at to what the model has."""
    state, allowed = _STATES[name](fields), fields.row.of if name == "of" else fields.row.wrt
    if state in allowed:
        return None
    message = messages.NO_CELL if fields.state_names else messages.NO_STATE
    return FieldError(
        name,
        message.format(field=name, value=state, model=fields.model, only=", ".join(allowed), models=recurrent_models()),
        allowed,
    )


def recurrent_models() -> str:
    """Name the models with a state."""
    *names, last = (name for name, model in MODELS.items() if model.states)
    return f"{', '.join(names)} or {last}"


def _truncation(fields: Fields) -> FieldError | None:
    if fields.truncation == "none" or fields.state_names:
        return None
    message = messages.NO_CHAIN.format(truncation=fields.truncation, model=fields.model, models=recurrent_models())
    return FieldError("truncation", message, ("none",))


def _layer(fields: Fields) -> FieldError | None:
    if fields.layer is None or fields.layer <= fields.layers:
        return None
    message = messages.NO_SUCH_LAYER.format(layer=fields.layer, layers=fields.layers)
    return FieldError("layer", message, (1, fields.layers))


def _origin(fields: Fields) -> FieldError | None:
    top = fields.layers if fields.layer is None else min(fields.layers, fields.layer)
    if fields.origin is None or fields.origin <= top:
        return None
    return FieldError("origin", messages.ORIGIN_ABOVE_LAYER.format(origin=fields.origin, top=top), (1, top))


def _one_bias(fields: Fields) -> FieldError | None:
    if fields.chrono is None or fields.forget_bias is None:
        return None
    return FieldError("chrono", messages.TWO_BIASES)


def _rules() -> Iterator[Rule]:
    """Give the rules in the order in which their faults are listed."""
    yield Rule(frozenset({"input", "text"}), _text)
    yield Rule(frozenset({"input", "series"}), _series)
    for first, last in (("k", "t"), ("from", "to")):
        yield Rule(frozenset({first, last}), partial(_in_order, first, last))
    for name in ("t", "k", "to", "from"):
        yield Rule(frozenset({name, "length"}), partial(_in_sequence, name))
    for name in ("until", "since"):
        yield Rule(frozenset({name, "from", "to", "length"}), partial(_in_window, name))
    for name in ("of", "wrt"):
        yield Rule(frozenset({name, "model"}), partial(_state, name))
    yield Rule(frozenset({"truncation", "model"}), _truncation)
    yield Rule(frozenset({"layer", "layers"}), _layer)
    yield Rule(frozenset({"origin", "layer", "layers"}), _origin)
    yield Rule(frozenset({"chrono", "forget_bias"}), _one_bias)


RULES = tuple(_rules())
