"""The same sequence through every model."""

from collections.abc import Iterable

from unrolled.core.models import MODELS
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.experiment.variants import comparable_models
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import LeftOut, View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.small_multiples.text import MODELS as MESSAGES
from unrolled.views.text.message import Text, joined, say
from unrolled.views.text.numbers import pace
from unrolled.views.text.reach import reach_label


def _choices(experiment: Experiment) -> Choices:
    """Give the models that can be measured."""
    return [(name, MODELS[name].label) for name in comparable_models(experiment)]


def _sentence(_: Experiment, panels: tuple[Panel, ...], __: tuple[LeftOut, ...]) -> str:
    """Say which model keeps the gradient best, and what the models without recurrence see, which have no rate."""
    if len(panels) == 1:
        return MESSAGES["own"]
    chained = [panel for panel in panels if panel.told.profile.chained]
    rates = {panel.label: rate for panel in chained if (rate := panel.told.summary.rate) is not None}
    sentence = MESSAGES["no_rate"]
    if rates:
        steady = min(rates, key=lambda label: abs(rates[label]))
        sentence = say(MESSAGES["rates"], rates=_items((label, pace(rates[label])) for label in rates), label=steady)
    direct = [panel for panel in panels if not panel.told.profile.chained]
    reaches = _items((panel.label, reach_label(panel.told.profile)) for panel in direct)
    return joined(sentence, say(MESSAGES["direct"], reaches=reaches)) if direct else sentence


def _items(values: Iterable[tuple[str, str]]) -> Text:
    items = dict(values)
    text = "; ".join(MESSAGES["item"].format(label=label, value=value) for label, value in items.items())
    return Text(text, {label: value.value if isinstance(value, Text) else str(value) for label, value in items.items()})


_SWEEP = Sweep("model", _choices, _sentence)

VIEW = View(
    name="models",
    label="Across models",
    question="What would another kind of network do with the same sequence?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\text{ of recurrent models;}\quad"
    r"\left\lVert\frac{\partial o_t}{\partial x_k}\right\rVert\text{ of the others}",
    source="The models and their sources are listed under options",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_SWEEP.compute,
    figure=small_multiples_figure,
    cost=_SWEEP.cost,
    checks_cost=_SWEEP.checks_cost,
    is_of_one=False,
    panel=PagePanel(
        how="The same length, width and input for every kind of network, on the same scale. Choose one to make it"
        " the main picture.",
        row=2,
        instrument="strip",
        field="model",
    ),
)
