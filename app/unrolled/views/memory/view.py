"""What the order of a sequence is worth to model model, and how much of the past model one still holds."""

import numpy as np

from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Cost
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import checks_of
from unrolled.experiment.triangle import whole_checks_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Payload, View
from unrolled.views.memory.answer import SequenceMemory
from unrolled.views.memory.checks import memory_checks, memory_checks_cost
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.figure import memory_figure
from unrolled.views.memory.measure import ORDERS, Measured, measure
from unrolled.views.memory.messages import MESSAGES
from unrolled.views.memory.span import needed_steps, span_of
from unrolled.views.memory.text import memory_sentences, too_short
from unrolled.views.memory.work import memory_cost

_FIELDS = (NETWORK_FIELDS - {"order"}) | {"norm", "window", "key", "positions"}


def compute(experiment: Experiment, memo: Memo) -> SequenceMemory:
    """Measure every model in every order, once."""
    return remembered("sequence memory", _FIELDS, _computed, experiment, memo)


def _computed(experiment: Experiment, memo: Memo) -> SequenceMemory:
    span, least = span_of(experiment, memo), needed_steps(experiment)
    window = experiment.query.window
    if span.steps < least:
        nothing = Measured((), (), Estimates.none(len(ORDERS)))
        return SequenceMemory(span, nothing, too_short(experiment, span.steps, least), (), window)
    measured = measure(experiment, memo, span)
    sentence, *notes = memory_sentences(experiment, measured, span)
    return SequenceMemory(span, measured, sentence, tuple(notes), window)


def figure(result: SequenceMemory) -> Payload:
    """Draw the error by order and model, and the memory by lag."""
    return memory_figure(result.measured.models, {"sentence": result.sentence, "notes": list(result.notes)})


def checks(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Hold the answer to what must be so: a window has its inputs and no others, an MLP the same triangle."""
    result = compute(experiment, memo)
    named = {model.name: model for model in result.measured.models}
    memory = {name: model.capacity.by_lag.values for name, model in named.items() if not model.capacity.missing}
    inside, mlp = memory.get("window", np.array([]))[: result.window], memory.get("mlp", np.array([]))
    beyond = np.concatenate([mlp[1:], memory.get("window", np.array([]))[result.window :]])
    change = float(named["mlp"].change.max()) if "mlp" in named else None
    missing = float(np.abs(1.0 - inside).max()) if inside.size else None
    by_chance = float(beyond.max()) if beyond.size else None
    # What is measured here is ∂o_t/∂x_k in every order, whatever is looked at elsewhere.
    measured = experiment.changed(of="o", wrt="x", layer=None, origin=None, truncation="none", order="original")
    return (
        *checks_of(measured, memo),
        _check("held inputs", missing, 1e-6, MESSAGES["window check"]),
        _check("nothing beyond", by_chance, 0.2, MESSAGES["beyond check"]),
        _check("order of an MLP", change, 1e-9, MESSAGES["order check"]),
        *memory_checks(experiment, memo, result),
    )


def checks_cost(experiment: Experiment) -> Cost:
    """Count the checks."""
    return whole_checks_cost(experiment).then(memory_checks_cost(experiment))


def _check(name: str, value: float | None, tolerance: float, law: str) -> Check:
    return Check(name, value, tolerance, value is None or value <= tolerance, law)


VIEW = View(
    name="facts",
    label="What the order tells",
    question="What does the order tell?",
    formula=r"\frac{\sum_{t}\lVert x_{t+1}-\hat x_{t+1}\rVert^2}{\sum_{t}\lVert x_{t+1}-\bar x\rVert^2},\quad"
    r"\hat x_{t+1}=Wr_t+b;\qquad u_t\ \text{i.i.d.},\quad R^2_n=1-\frac{\sum_{t}\lVert u_{t-n}-\hat u_{t-n}\rVert^2}"
    r"{\sum_{t}\lVert u_{t-n}-\bar u\rVert^2},\quad MC=\sum_{n\ge 1}R^2_n",
    source="Jaeger 2001, “Short term memory in echo state networks”; Racine 2000 for blocks with gaps",
    fields=_FIELDS,
    compute=compute,
    figure=figure,
    cost=memory_cost,
    checks_cost=checks_cost,
    checks=checks,
    is_of_one=False,
    panel=PagePanel(
        how="Above: the error of predicting the next value, in the sequence’s own order, shuffled and reversed. What "
        "each model makes of the sequence, untrained, is read out by ridge regression: the first tenth of the steps "
        "(at most 100) is discarded, two thirds of the rest are fitted, and after a gap the others are tested. Were "
        "the steps i.i.d., the order would not matter. Below: memory on independent inputs, drawn from the steps of "
        "this sequence: how much of what entered n steps ago the same kind of fit reads back (100 steps discarded), "
        "out of the hidden state, out of the K inputs that a window has before it, or out of what attention mixes. "
        "Inputs that can be predicted would be read back without any memory. The sum over n ≥ 1 is the memory "
        "capacity. Blocks of steps choose the strength of the ridge, and give the error bars: one standard error.",
        row=9,
        frame="facts",
        short="order",
    ),
)
