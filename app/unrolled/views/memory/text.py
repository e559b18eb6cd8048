"""What the measurements of order and memory say, in words."""

from typing import Any

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.views.memory.capacity import Capacity
from unrolled.views.memory.estimate import SURE, Estimates
from unrolled.views.memory.measure import Measured, ModelMemory
from unrolled.views.memory.messages import MESSAGES
from unrolled.views.memory.span import Span
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import MINUS, counted, fixed, number, power

_LONGER = {"text": "longer text", "series": "more numbers"}
# Below this a size is as it was.
_SAME = 1e-9
# So many times the variance is as wrong as any more.
_RUNAWAY = 10.0


def too_short(experiment: Experiment, steps: int, needed: int) -> Message:
    """Say that a sequence is too short to be fitted and tested, and what would be enough."""
    hidden, fewer = experiment.query.hidden, steps // 3 - 1
    message = _LONGER.get(experiment.query.input, "longer sequence")
    if fewer >= 1 and steps >= 30:
        message += ", or fewer units"
    shortage = say(
        MESSAGES["too short"], steps=counted(steps, "step"), numbers=counted(hidden, "number"), needed=needed
    )
    return joined(shortage, say(MESSAGES[message], hidden=fewer))


def memory_sentences(experiment: Experiment, measured: Measured, span: Span) -> list[Message]:
    """Say what the order is worth to the model that is set, and what it still holds of the past.

    The first sentence stands above the picture, the others below.
    """
    named = {model.name: model for model in measured.models}
    current = named.get(experiment.query.model)
    if current is None:
        return [Message(measured.left_out[0] if measured.left_out else MESSAGES["nothing measured"], {})]
    sentences = [
        _order_sentence(current, measured.majority, span),
        _difference_sentence(current),
        _triangle_sentence(current, named.get("mlp")),
        _memory_sentence(current, named.get("window"), span, experiment.query.window),
    ]
    return [sentence for sentence in sentences if sentence]


def _order_sentence(model: ModelMemory, majority: Estimates, span: Span) -> Message:
    """Say how well the next value is predicted, in each order."""
    if np.isnan(model.unexplained.values[0]):
        return say(MESSAGES["nothing changes"], steps=span.steps)
    original, shuffled, backwards = (_error(*model.unexplained.at(order)) for order in range(3))
    values: dict[str, Any] = {"steps": span.steps, "model": model.label}
    values |= {"original": original, "shuffled": shuffled, "reversed": backwards}
    if not np.isfinite(model.hits.values).all():
        return say(MESSAGES["order"], **values)
    hits, shuffled_hits = (_percentage(*model.hits.at(order)) for order in (0, 1))
    most, shuffled_most = (_percentage(*majority.at(order)) for order in (0, 1))
    values |= {"hits": hits, "shuffled_hits": shuffled_hits, "majority": most, "shuffled_majority": shuffled_most}
    return say(MESSAGES["order of a text"], **values)


def _difference_sentence(model: ModelMemory) -> Message:
    """Say whether the orders differ beyond the error bars, and of text, whether the most frequent one is beaten."""
    (first, first_error), sentences = model.unexplained.at(0), []
    for place, order in ((1, "shuffled"), (2, "reversed")):
        other, other_error = model.unexplained.at(place)
        difference, error = other - first, float(np.hypot(other_error, first_error))
        if np.isfinite([difference, error]).all() and max(first, other) <= _RUNAWAY:
            kind = _kind(difference, error, ("worse", "same", "better"))
            shown = difference if kind == "same" else abs(difference)
            named = {f"{order}_difference": _estimate(shown, error)}
            sentences.append(say(MESSAGES[f"{order} {kind}"], **named))
    lead, error = model.lead.at(0)
    if np.isfinite(lead):
        kind = _kind(lead, error, ("more", "same", "less"))
        shown = lead if kind == "same" else abs(lead)
        sentences.append(say(MESSAGES[f"lead {kind}"], lead=_percentage(shown, error, "points")))
    return joined(*sentences)


def _kind(difference: float, error: float, kinds: tuple[str, str, str]) -> str:
    """Tell whether something is above 0, within its error bars, or below."""
    return kinds[0] if difference > SURE * error else kinds[2] if difference < -SURE * error else kinds[1]


def _error(value: float, error: float) -> Text:
    """Write a normalised error; a prediction may be wrong by any factor."""
    if not np.isfinite(value):
        return Text(MESSAGES["not defined"], (value, error))
    if value > _RUNAWAY:
        return Text(MESSAGES["more than"].format(most=number(_RUNAWAY)), (value, error))
    return _estimate(value, error)


def _estimate(value: float, error: float) -> Text:
    """Write a value with its standard error; the text keeps both."""
    if np.isnan(error):
        return Text(MESSAGES["no error"].format(value=fixed(value)), (value, error))
    return Text(MESSAGES["estimate"].format(value=fixed(value), error=fixed(error)), (value, error))


def _percentage(value: float, error: float, unit: str = "percentage") -> Text:
    """Write a share with its standard error."""
    text = MESSAGES[unit].format(value=100.0 * value, error=100.0 * error)
    return Text(text.replace("-", MINUS), (value, error))


def _triangle_sentence(model: ModelMemory, mlp: ModelMemory | None) -> Message:
    """Say by how much a shuffle changes the triangles, and by how much another shuffle does."""
    change = float(model.change[1])
    if change <= _SAME:
        return say(MESSAGES["same triangle"], model=model.label)
    message = "triangle" if np.isfinite([change, model.shuffles]).all() else "triangle to nothing"
    if model.name != "mlp" and mlp is not None and float(mlp.change[1]) <= _SAME:
        message += ", not of the MLP"
    return say(MESSAGES[message], factor=power(change), between=power(model.shuffles))


def _memory_sentence(model: ModelMemory, window: ModelMemory | None, span: Span, size: int) -> Message:
    """Say what the model that is set remembers of independent inputs, and the window of a size."""
    sentences = []
    if model.capacity.missing:
        sentences.append(say(MESSAGES[model.capacity.missing], model=model.label))
    else:
        told, reach = _estimate(model.capacity.total, model.capacity.error), _reach(model.capacity)
        message = "memory" if model.capacity.total > SURE * model.capacity.error else "no memory"
        sentences.append(say(MESSAGES[message], model=model.label, capacity=told, lags=span.lags, reach=reach))
    if window is None or window is model:
        return joined(*sentences)
    if window.capacity.missing:
        sentences.append(say(MESSAGES[window.capacity.missing], model=window.label))
    else:
        told, reach = _estimate(window.capacity.total, window.capacity.error), _reach(window.capacity)
        values = {"window": size, "window_capacity": told, "window_reach": reach}
        sentences.append(say(MESSAGES["memory of the window"], **values))
    return joined(*sentences)


def _reach(capacity: Capacity) -> Text:
    """Say up to which lag more than half of the variance is read back, as far as the error bars tell."""
    least, most = capacity.reach
    message = "not even lag 0" if most < 0 else "at most" if least < 0 else "up to" if least == most else "up to or"
    return Text(MESSAGES[message].format(least=least, most=most), (least, most))
