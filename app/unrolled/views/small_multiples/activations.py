"""The same network under every activation."""

from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import LeftOut, View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.small_multiples.text import ACTIVATIONS as MESSAGES
from unrolled.views.text.message import joined, say
from unrolled.views.text.numbers import factor, listed, pace


def _choices(experiment: Experiment) -> Choices:
    """Give the activations that can be chosen: a gated network has its own built in."""
    names = list(ACTIVATIONS) if "activation" in experiment.query.row.reads else [experiment.query.activation]
    return [(name, ACTIVATIONS[name].label) for name in names]


def _sentence(experiment: Experiment, panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say who keeps the gradient best and who loses it fastest, who kills it, and who has no picture."""
    query = experiment.query
    if "activation" not in query.row.reads:
        return MESSAGES["built_in" if query.row.gates else "none"]
    if not any(panel.told.profile.chained for panel in panels):
        return _slopes(panels, left_out)
    summaries = {panel.label: panel.told.summary for panel in panels}
    rates = {label: summary.rate for label, summary in summaries.items() if summary.rate is not None}
    dead = [label for label, summary in summaries.items() if summary.verdict == "zero"]
    sentences: list[str] = []
    if rates:
        steady = min(rates, key=lambda label: abs(rates[label]))
        sentences.append(say(MESSAGES["keeps"], label=steady, rate=pace(rates[steady])))
    if dead:
        sentences.append(say(MESSAGES["dies.all" if len(dead) == len(panels) else "dies"], labels=listed(dead)))
    fading = min(rates, key=lambda label: rates[label], default="")
    if fading and fading != steady:
        # Exactly nothing is less than any rate: where a product dies, the smallest rate is that of the others.
        message = MESSAGES["loses.others" if dead else "loses"]
        sentences.append(say(message, label=fading, rate=pace(rates[fading])))
    if left_out:
        sentences.append(say(MESSAGES["left_out"], labels=listed(row.label for row in left_out)))
    return joined(*sentences) or MESSAGES["nothing"]


def _slopes(panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say where the slopes, which count but once in each layer, let most through to the same step."""
    sizes = {panel.label: float(panel.told.profile.median[0]) for panel in panels}
    most, least = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    sentence = say(
        MESSAGES["slopes.same" if least == most else "slopes"],
        most=factor(sizes[most]),
        most_label=most,
        least=factor(sizes[least]),
        least_label=least,
    )
    if not left_out:
        return sentence
    return joined(sentence, say(MESSAGES["slopes.left_out"], labels=listed(row.label for row in left_out)))


_SWEEP = Sweep("activation", _choices, _sentence)

VIEW = View(
    name="activations",
    label="Across activations",
    question="What would the same network do under another activation?",
    formula=r"\frac{\partial h_t}{\partial h_k}=\prod_{j=k+1}^{t}\operatorname{diag}\varphi'(a_j)\,W_{hh}\quad"
    r"\text{for every }\varphi",
    source="The activations and their sources are listed under options",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_SWEEP.compute,
    figure=small_multiples_figure,
    cost=_SWEEP.cost,
    checks_cost=_SWEEP.checks_cost,
    is_of_one=False,
    panel=PagePanel(
        how="The same weights and the same input under every activation, on the same scale. Choose one to make it"
        " the main picture.",
        row=3,
        instrument="strip",
        field="activation",
        needs=lambda model: bool(model.states) and "activation" in model.reads,
    ),
)
