"""The same sequence through every model."""

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.variants import comparable_models
from unrolled.views.contract.payload import LeftOut
from unrolled.views.contract.view import View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.text.numbers import pace
from unrolled.views.text.verdict import reach_label


def _choices(experiment: Experiment) -> Choices:
    """Give the models that can be measured."""
    return [(name, EVERY_MODEL[name].label) for name in comparable_models(experiment)]


def _sentence(_: Experiment, panels: tuple[Panel, ...], __: tuple[LeftOut, ...]) -> str:
    """Say which model keeps the gradient best."""
    if len(panels) == 1:
        return "Weights of one's own fit their own model only: there is nothing to compare."
    chained = [panel for panel in panels if panel.measured.profile.chained]
    rated = [(panel, rate) for panel in chained if (rate := panel.measured.summary.rate) is not None]
    if not rated:
        return f"There is no rate to compare: the sequence is too short, or every product dies exactly.{_seen(panels)}"
    parts = [f"{panel.label}: {pace(rate)}" for panel, rate in rated]
    steady = min(rated, key=lambda pair: abs(pair[1]))[0]
    return f"{'; '.join(parts)}. The {steady.label} keeps the gradient closest to its size.{_seen(panels)}"


def _seen(panels: tuple[Panel, ...]) -> str:
    """Say what the models without recurrence see, which have no chain and no rate."""
    direct = [panel for panel in panels if not panel.measured.profile.chained]
    told = "; ".join(f"{panel.label}: {reach_label(panel.measured.profile)}" for panel in direct)
    return f" Without a chain: {told}." if told else ""


_COMPARISON = Sweep("model", _choices, _sentence)

VIEW = View(
    name="models",
    label="Across models",
    question="What would another kind of network do with the same sequence?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\text{ of RNN, LSTM, GRU;}\quad"
    r"\left\lVert\frac{\partial o_t}{\partial x_k}\right\rVert\text{ of MLP, window, attention}",
    source="Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014; Vaswani et al. 2017",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_COMPARISON.compute,
    figure=small_multiples_figure,
    cost=_COMPARISON.cost,
)
