"""What would help, each tried by running it: other gains, initialisations, forget biases and models."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.core.behaviour.summary import Summary
from unrolled.core.cost.derivative import Cost
from unrolled.core.models import MODELS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import WINDOW_FIELDS, Experiment
from unrolled.experiment.triangle import measured_triangle, measured_triangle_cost
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import Payload
from unrolled.views.diagnosis.text import MESSAGES, remedy_sentence
from unrolled.views.text.numbers import number

# Every remedy is tried on the first steps only, at a few samples: as many of both as all trials together may cost.
LENGTH, SAMPLES = 256, 64
_TRIES = ((LENGTH, SAMPLES), (128, 48), (64, 32), (32, 16), (16, 16))
_WORK, _TRIALS, _GATED_INSTEAD = {"spectral": 1.8e10, "frobenius": 1e11}, 14.0, 8.0
# Gains that the search takes, as a rule.
_GAINS = 3
_SEARCH, _STEADY, _MOST_GAIN, _WORTH = 5, 0.004, 10.0, 0.02


@dataclass(frozen=True)
class Remedy:
    """One change that was tried, and what running it gave.

    ``field`` is that of the query; ``weight_hh`` for own weights, which a query cannot change. ``link`` is the page
    that shows it, None where no link can.
    """

    field: str
    value: str | int | float
    label: str
    summary: Summary
    link: str | None

    def payload(self) -> Payload:
        """Give it for JSON."""
        return {
            "field": self.field,
            "value": str(self.value),
            "label": self.label,
            "verdict": self.summary.verdict,
            "horizon": self.summary.horizon,
            "rate": self.summary.rate,
            "sentence": self.sentence(),
            "link": self.link,
        }

    def sentence(self) -> str:
        """Say what it gave."""
        return remedy_sentence(self.label, self.summary)


def shortened(experiment: Experiment) -> Experiment:
    """Give the experiment as every remedy is tried: its first steps, at a few samples."""
    cut: dict[str, Any] = dict.fromkeys(("t", "k", *WINDOW_FIELDS))
    for length, samples in _TRIES:
        tried = experiment.changed(**cut, length=min(experiment.query.length, length), resolution=samples)
        if _all_flops(tried) <= _WORK[tried.query.norm]:
            break
    return tried


def remedies(experiment: Experiment, memo: Memo) -> tuple[Remedy, ...]:
    """Run every change that might help, and keep those that keep the gradient closer to its size, the best first."""
    base = shortened(experiment)
    now = measured_triangle(base, memo).summary
    if now.verdict == "preserves" and now.rate is not None and abs(now.rate) < _STEADY:
        return ()
    tried = [*_gains(base, now, memo), *_choices(base, memo)]
    better = [
        remedy for remedy in tried if _distance(remedy.summary) < _distance(now) - _WORTH * min(1.0, _distance(now))
    ]
    unique = {(remedy.field, str(remedy.value)): _linked(remedy, experiment, base.query) for remedy in better}
    return tuple(sorted(unique.values(), key=lambda remedy: _distance(remedy.summary)))


def remedies_cost(experiment: Experiment) -> Cost:
    """Count everything that may be tried."""
    base = shortened(experiment)
    searched = [base] * (1 + _GAINS)
    tried = [measured_triangle_cost(one) for one in (*searched, *(changed for *_, changed in _variants(base)))]
    whole = tried[0].then(*tried[1:])
    return Cost(whole.flops, 2.0 * whole.bytes)


def _all_flops(tried: Experiment) -> float:
    """Bound all trials, for the choice of their size; gated ones cost several of a vanilla network."""
    dearer = _GATED_INSTEAD if tried.weights is None and not tried.query.row.keeps else 0.0
    return (_TRIALS + dearer) * measured_triangle_cost(tried).flops


def _gains(base: Experiment, now: Summary, memo: Memo) -> Iterator[Remedy]:
    """Search the gain at which the rate is nearest to zero, by the secant of the logarithms."""
    gain, rate = (1.0 if base.weights is not None else base.query.gain), now.rate
    if rate is None or gain == 0.0 or not base.query.row.has_recurrent_matrix:
        return
    best: Remedy | None = None
    points = [(float(np.log10(gain)), rate)]
    step = -rate
    for _ in range(_SEARCH):
        at = min(points[-1][0] + float(np.clip(step, -1.0, 1.0)), float(np.log10(_MOST_GAIN)))
        value = float(f"{10.0**at:.3g}")
        tried = _summary_of(_scaled(base, value), memo)
        if tried is None or tried.rate is None:
            break
        remedy = _gain_remedy(base, value, tried)
        best = remedy if best is None or _distance(tried) < _distance(best.summary) else best
        if abs(tried.rate) < _STEADY or at == points[-1][0]:
            break
        slope = (tried.rate - points[-1][1]) / (at - points[-1][0])
        points.append((at, tried.rate))
        step = -tried.rate / slope if slope > 0.05 else -tried.rate
    if best is not None:
        yield best


def _gain_remedy(base: Experiment, value: float, tried: Summary) -> Remedy:
    if base.weights is not None:
        return Remedy("weight_hh", value, MESSAGES["matrices"].format(factor=number(value)), tried, None)
    return Remedy("gain", value, MESSAGES["gain"].format(gain=number(value)), tried, None)


def _scaled(base: Experiment, value: float) -> Experiment:
    """Set the gain, or multiply own recurrent matrices."""
    if base.weights is None:
        return base.changed(gain=value)
    weights = {name: value * array if "weight_hh" in name else array for name, array in base.weights.items()}
    return replace(base, weights=weights, digest=f"{base.digest}×{value}")


def _choices(base: Experiment, memo: Memo) -> Iterator[Remedy]:
    """Try initialisations, forget biases and models."""
    for field, value, label, changed in _variants(base):
        tried = _summary_of(changed, memo)
        if tried is not None:
            yield Remedy(field, value, label, tried, changed.query.url())


def _variants(base: Experiment) -> Iterator[tuple[str, Any, str, Experiment]]:
    """Give every change that might help: the field, its value, what it is called, and the changed experiment."""
    query = base.query
    if base.weights is not None:
        return
    length = max(3, query.length)
    tries: list[tuple[str, Any, str, dict[str, Any]]] = [
        ("init", name, MESSAGES["init"].format(init=INITIALISATIONS[name].label), {})
        for name in ("orthogonal", "identity", "spectral")
        if name != query.init and query.row.has_recurrent_matrix
    ]
    if query.row.keeps:
        tries += [
            ("forget_bias", value, MESSAGES["forget_bias"].format(bias=number(value)), {"chrono": None})
            for value in (1.0, 3.0, 6.0)
            if value != query.forget_bias
        ]
    chrono = {"forget_bias": None, "chrono": length}
    tries += [
        (
            "model",
            name,
            MESSAGES["model"].format(model=model.label, steps=length),
            chrono | _without_cell(query),
        )
        for name, model in MODELS.items()
        if model.keeps and model.has_recurrent_matrix and (name != query.model or query.chrono is None)
    ]
    for field, value, label, more in tries:
        try:
            yield field, value, label, base.changed(**{field: value}, **more)
        except InvalidInput:
            continue


def _without_cell(query: Any) -> dict[str, str]:
    """Give the fields that a model without a cell needs changed."""
    return {name: "h" for name in ("of", "wrt") if query.value(name) == "c"}


def _summary_of(experiment: Experiment, memo: Memo) -> Summary | None:
    """Run a change; None when its state leaves float64."""
    try:
        return measured_triangle(experiment, memo).summary
    except InvalidInput:
        return None


def _linked(remedy: Remedy, experiment: Experiment, tried: Query) -> Remedy:
    """Link to the page of the whole sequence, without a chosen cell or window."""
    if experiment.digest:
        return replace(remedy, link=None)
    query = experiment.query
    # The answer is shared by all who choose another cell or window.
    fields: dict[str, Any] = dict.fromkeys(("t", "k", *WINDOW_FIELDS)) | {remedy.field: remedy.value}
    if remedy.field == "model":
        fields |= {"forget_bias": None, "chrono": max(3, tried.length)} | _without_cell(query)
    if remedy.field == "forget_bias":
        fields |= {"chrono": None}
    return replace(remedy, link=query.changed(**fields).url())


def _distance(summary: Summary) -> float:
    """Measure how far a gradient is from keeping its size, decades a step; what dies is farthest."""
    return abs(summary.rate) if summary.rate is not None else np.inf
