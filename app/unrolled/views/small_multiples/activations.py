"""The same network under every activation."""

from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.registry import ACTIVATED
from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.views.contract.payload import LeftOut
from unrolled.views.contract.view import View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.text.numbers import listed, pace, power

_NONE = "Attention has no activation: there is nothing to choose here."
_BUILT_IN = "The gates have sigmoid and tanh built in: the activation changes nothing here."


def _choices(experiment: Experiment) -> Choices:
    """Give the activations that can be chosen: a gated network has its own built in."""
    names = list(ACTIVATIONS) if experiment.query.model in ACTIVATED else [experiment.query.activation]
    return [(name, ACTIVATIONS[name].label) for name in names]


def _sentence(experiment: Experiment, panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say who keeps the gradient best and who loses it fastest, who kills it, and who has no picture."""
    if experiment.query.model not in ACTIVATED:
        return _NONE if experiment.query.is_direct else _BUILT_IN
    if experiment.query.is_direct:
        return _slopes(panels, left_out)
    rated = {panel.label: panel.measured.summary.rate for panel in panels}
    rates = {label: rate for label, rate in rated.items() if rate is not None}
    dead = [
        panel.label
        for panel in panels
        if panel.measured.summary.rate is None and panel.measured.summary.verdict == "vanishes"
    ]
    parts = []
    if rates:
        steady = min(rates, key=lambda label: abs(rates[label]))
        parts.append(f"With these weights {steady} keeps the gradient closest to its size ({pace(rates[steady])}).")
    if dead:
        which = "every activation" if len(dead) == len(panels) else listed(dead)
        parts.append(f"Under {which} the typical product dies exactly.")
    fading = min(rates, key=lambda label: rates[label], default="")
    if fading and fading != steady:
        # Exactly nothing is less than any rate: where a product dies, the smallest rate is that of the others.
        parts.append(f"{'Of the others ' if dead else ''}{fading} loses most ({pace(rates[fading])}).")
    if left_out:
        parts.append(
            f"Under {listed(row.label for row in left_out)} the state itself grows out of float64: no picture."
        )
    return " ".join(parts) or "With one step there is nothing to compare."


def _slopes(panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say where the slopes, which count but once in each layer, let most through to the same step."""
    sizes = {panel.label: float(panel.measured.profile.median[0]) for panel in panels}
    most, least = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    told = f"No slope is multiplied along time: an output moves with its own input by {power(sizes[most])} under {most}"
    told += f" and by {power(sizes[least])} under {least}." if least != most else "."
    return told + (f" Under {listed(row.label for row in left_out)} it leaves float64: no picture." if left_out else "")


_COMPARISON = Sweep("activation", _choices, _sentence)

VIEW = View(
    name="activations",
    label="Across activations",
    question="What would the same network do under another activation?",
    formula=r"\frac{\partial h_t}{\partial h_k}=\prod_{j=k+1}^{t}\operatorname{diag}\varphi'(a_j)\,W_{hh}\quad"
    r"\text{for every }\varphi",
    source="The activations and their sources are listed under options",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_COMPARISON.compute,
    figure=small_multiples_figure,
    cost=_COMPARISON.cost,
)
