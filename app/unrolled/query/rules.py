"""The rules between the fields of a query: each names the fields it needs, and gives the fault and the way out."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from unrolled.errors import FieldError


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    fields : frozenset of str
        The fields it compares; where one of them cannot be used, it says nothing.
    fault : callable
        The values to what is wrong with them, or None.
    """

    fields: frozenset[str]
    fault: Callable[[Any], FieldError | None]


def rule_faults(values: Any, unusable: Collection[str] = ()) -> list[FieldError]:
    """Hold the fields of a query to each other.

    Parameters
    ----------
    values : Fields
        Fields that can each be used.
    unusable : collection of str
        Fields whose value here is not what was asked for, because that could not be used.

    Returns
    -------
    list of FieldError
        One fault a field.
    """
    found: dict[str, FieldError] = {}
    for rule in RULES:
        fault = None if rule.fields.intersection(unusable) else rule.fault(values)
        if fault:
            found.setdefault(fault.field, fault)
    return list(found.values())


def _text(values: Any) -> FieldError | None:
    if values.input != "text" or values.text:
        return None
    return FieldError("text", "The input is text but no text is given: type at least one character.")


def _series(values: Any) -> FieldError | None:
    if values.input != "series" or values.series:
        return None
    return FieldError("series", "The input is your own series but it is empty: give at least one number.")


def _inside(name: str, values: Any) -> FieldError | None:
    """Hold a step to the sequence."""
    step = values.value(name)
    if step is None or step <= values.length:
        return None
    message = f"{name} is {step} but the sequence ends at {values.length}: lower {name} or raise length."
    return FieldError(name, message, (1, values.length))


def _ordered(first: str, last: str, values: Any) -> FieldError | None:
    """Hold two steps to their order."""
    before, after = values.value(first), values.value(last)
    if before is None or after is None or before <= after:
        return None
    message = f"{first} is {before} but must not come after {last} = {after}: lower {first} or raise {last}."
    return FieldError(first, message, (1, after))


def _in_window(name: str, values: Any) -> FieldError | None:
    """Hold the end of the columns and the beginning of the rows to the window, or to the sequence if that is none."""
    first, _, _, last = values.zoom_bounds
    last = min(last, values.length)
    where, first, last = ("window", first, last) if first <= last else ("sequence", 1, values.length)
    step = values.value(name)
    if step is None or first <= step <= last:
        return None
    return FieldError(name, f"{name} is {step}; it must lie in the {where}, from {first} to {last}.", (first, last))


def _part(name: str, values: Any) -> FieldError | None:
    """Hold what is looked at to what the model has."""
    value = values.value(name)
    if values.is_direct:
        only = values.model_default(name)
        if value == only:
            return None
        message = f"{name} is {value}, but {values.model} has no state: its outputs o see the inputs x directly. "
        return FieldError(name, f"{message}Choose {name}={only}, or model=rnn, lstm or gru.", (only,))
    return _cell_of_an_lstm(name, values)


def _uncut(values: Any) -> FieldError | None:
    if values.truncation == "none" or not values.is_direct:
        return None
    message = (
        f"truncation is {values.truncation}, but {values.model} has no chain through time to cut: choose "
        "truncation=none, or model=rnn, lstm or gru."
    )
    return FieldError("truncation", message, ("none",))


def _cell_of_an_lstm(name: str, values: Any) -> FieldError | None:
    if values.value(name) != "c" or "c" in values.state_names:
        return None
    message = f"{name} is c, the cell of an LSTM, but the model is {values.model}: choose model=lstm or {name}=h."
    return FieldError(name, message, (*values.state_names, "s", "o" if name == "of" else "x"))


def _layer(values: Any) -> FieldError | None:
    if values.layer is None or values.layer <= values.layers:
        return None
    message = f"layer is {values.layer} but the network has {values.layers}: lower layer or raise layers."
    return FieldError("layer", message, (1, values.layers))


def _origin(values: Any) -> FieldError | None:
    top = min(values.layers, values.layers if values.layer is None else values.layer)
    if values.origin is None or values.origin <= top:
        return None
    message = f"origin is {values.origin}, above layer {top}, which does not depend on it: lower origin to {top}."
    return FieldError("origin", message, (1, top))


def _one_bias(values: Any) -> FieldError | None:
    if values.chrono is None or values.forget_bias is None:
        return None
    return FieldError("chrono", "chrono and forget_bias set the same biases: leave one of them out.")


def _rules() -> Iterator[Rule]:
    """Give the rules in the order in which they are told."""
    yield Rule(frozenset({"input", "text"}), _text)
    yield Rule(frozenset({"input", "series"}), _series)
    for first, last in (("k", "t"), ("from", "to")):
        yield Rule(frozenset({first, last}), partial(_ordered, first, last))
    for name in ("t", "k", "to", "from"):
        yield Rule(frozenset({name, "length"}), partial(_inside, name))
    for name in ("until", "since"):
        yield Rule(frozenset({name, "from", "to", "length"}), partial(_in_window, name))
    for name in ("of", "wrt"):
        yield Rule(frozenset({name, "model"}), partial(_part, name))
    yield Rule(frozenset({"truncation", "model"}), _uncut)
    yield Rule(frozenset({"layer", "layers"}), _layer)
    yield Rule(frozenset({"origin", "layer", "layers"}), _origin)
    yield Rule(frozenset({"chrono", "forget_bias"}), _one_bias)


RULES = tuple(_rules())
