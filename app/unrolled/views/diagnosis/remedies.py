"""What would help, each tried by running it: other gains, initialisations, forget biases and models."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.core.cost.derivative import Cost
from unrolled.core.models import MODELS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import WINDOW_FIELDS, Experiment
from unrolled.experiment.triangle import Told, told, told_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import Payload, finite_list
from unrolled.views.diagnosis.text import MESSAGES, remedy_sentence
from unrolled.views.text.message import Message
from unrolled.views.text.numbers import number

# Every change is tried on the network that its link opens: on all steps, or on the first ones where all trials together
# would take longer than that.
_LENGTHS, _WORK = (256, 128, 64, 32, 16), {"spectral": 4e10, "frobenius": 1e11}
_TRIALS, _GATED_INSTEAD = 14.0, 8.0
# Gains that the search takes, as a rule.
_GAINS = 4
_SEARCH, _STEADY, _MOST_GAIN, _WORTH = 5, 0.004, 10.0, 0.02
# So many lags of a change are drawn.
_MARKS = 64


@dataclass(frozen=True)
class Remedy:
    """One change that was tried, and what running it gave.

    ``field`` is that of the query; ``weight_hh`` for own weights, which a query cannot change. It was tried on all
    steps, or on the first ``steps`` of them: ``profile`` has the sizes by lag. ``link`` is the page that shows it, None
    where no link can.
    """

    field: str
    value: str | int | float
    label: str
    summary: Summary
    profile: LagProfile
    steps: int | None
    link: str | None

    def payload(self) -> Payload:
        """Give it for JSON, with the median at some lags."""
        lags = np.unique(np.linspace(0, len(self.profile.lag) - 1, _MARKS).round().astype(np.int64))
        return {
            "field": self.field,
            "value": str(self.value),
            "label": self.label,
            "verdict": self.summary.verdict,
            "horizon": self.summary.horizon,
            "rate": self.summary.rate,
            "steps": self.steps,
            "lag": self.profile.lag[lags].tolist(),
            "median": finite_list(self.profile.median[lags]),
            "sentence": self.sentence(),
            "link": self.link,
        }

    def sentence(self) -> Message:
        """Say what it gave."""
        return remedy_sentence(self.label, self.summary, self.steps)


@dataclass(frozen=True)
class Trial:
    """A change to be tried."""

    field: str
    value: str | int | float
    label: str
    experiment: Experiment


def shortened(experiment: Experiment) -> Experiment:
    """Give the experiment as every change is tried: without a chosen cell or window, and its first steps if need be."""
    whole = experiment.changed(**dict.fromkeys(("t", "k", *WINDOW_FIELDS)))
    length = experiment.query.length
    shorter = (whole.changed(length=steps) for steps in _LENGTHS if steps < length)
    for tried in (whole, *shorter):
        if _all_flops(tried) <= _WORK[tried.query.norm]:
            break
    return tried


def remedies(experiment: Experiment, memo: Memo) -> tuple[Remedy, ...]:
    """Run every change that might help, and keep those that keep the gradient closer to its size, the best first."""
    base = shortened(experiment)
    now = told(base, memo).summary
    if now.rate is not None and abs(now.rate) < _STEADY:
        return ()
    steps = base.query.length if base.query.length < experiment.query.length else None
    tried = [*_gains(base, now, memo), *((trial, _run(trial, memo)) for trial in _choices(base))]
    found: dict[tuple[str, str], Remedy] = {}
    for trial, known in tried:
        if known is None or _distance(known.summary) >= _distance(now) - _WORTH * min(1.0, _distance(now)):
            continue
        link = None if experiment.digest else trial.experiment.query.url()
        found[trial.field, str(trial.value)] = Remedy(
            trial.field, trial.value, trial.label, known.summary, known.profile, steps, link
        )
    return tuple(sorted(found.values(), key=lambda remedy: _distance(remedy.summary)))


def remedies_cost(experiment: Experiment) -> Cost:
    """Count everything that may be tried."""
    base = shortened(experiment)
    tried = [told_cost(one) for one in (*[base] * (1 + _GAINS), *(trial.experiment for trial in _choices(base)))]
    whole = tried[0].then(*tried[1:])
    return Cost(whole.flops, 2.0 * whole.bytes)


def _all_flops(tried: Experiment) -> float:
    """Bound all trials, for the choice of their size; gated ones cost several of a vanilla network."""
    dearer = _GATED_INSTEAD if tried.weights is None and not tried.query.row.keeps else 0.0
    return (_TRIALS + dearer) * told_cost(tried).flops


def _gains(base: Experiment, now: Summary, memo: Memo) -> Iterator[tuple[Trial, Told]]:
    """Search the gain at which the rate is nearest to zero, by the secant of the logarithms."""
    gain, rate = (1.0 if base.weights is not None else base.query.gain), now.rate
    if rate is None or gain == 0.0 or not base.query.row.has_recurrent_matrix:
        return
    best: tuple[Trial, Told] | None = None
    points = [(float(np.log10(gain)), rate)]
    step = -rate
    for _ in range(_SEARCH):
        at = min(points[-1][0] + float(np.clip(step, -1.0, 1.0)), float(np.log10(_MOST_GAIN)))
        trial = _gain_trial(base, float(f"{10.0**at:.3g}"))
        tried = _run(trial, memo)
        if tried is None or tried.summary.rate is None:
            break
        best = (trial, tried) if best is None or _distance(tried.summary) < _distance(best[1].summary) else best
        rate = tried.summary.rate
        if abs(rate) < _STEADY or at == points[-1][0]:
            break
        slope = (rate - points[-1][1]) / (at - points[-1][0])
        points.append((at, rate))
        step = -rate / slope if slope > 0.05 else -rate
    if best is not None:
        yield best


def _gain_trial(base: Experiment, value: float) -> Trial:
    """Set the gain, or multiply own recurrent matrices."""
    if base.weights is None:
        return Trial("gain", value, MESSAGES["gain"].format(gain=number(value)), base.changed(gain=value))
    weights = {name: value * array if "weight_hh" in name else array for name, array in base.weights.items()}
    scaled = replace(base, weights=weights, digest=f"{base.digest}×{value}")
    return Trial("weight_hh", value, MESSAGES["matrices"].format(factor=number(value)), scaled)


def _choices(base: Experiment) -> Iterator[Trial]:
    """Give every initialisation, forget bias and model that might help."""
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
            yield Trial(field, value, label, base.changed(**{field: value}, **more))
        except InvalidInput:
            continue


def _without_cell(query: Any) -> dict[str, str]:
    """Give the fields that a model without a cell needs changed."""
    return {name: "h" for name in ("of", "wrt") if query.value(name) == "c"}


def _run(trial: Trial, memo: Memo) -> Told | None:
    """Run a change; None when its state leaves float64."""
    try:
        return told(trial.experiment, memo)
    except InvalidInput:
        return None


def _distance(summary: Summary) -> float:
    """Measure how far a gradient is from keeping its size, decades a step; what is exactly zero is farthest."""
    return abs(summary.rate) if summary.rate is not None else np.inf
