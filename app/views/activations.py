"""The same network under every activation."""

from app.cache import Memo
from app.core.activations import ACTIVATIONS
from app.core.cost import Cost
from app.problem import TRIANGLE_FIELDS, Problem
from app.views.contract import Payload, View
from app.views.derivative import derivative
from app.views.strip import LeftOut, Panel, Strip
from app.views.strip_plot import strip_figure
from app.views.strip_work import measure_strip, over_first, sample_count, strip_cost
from app.views.words import listed, pace

_BUILT_IN = "The gates have sigmoid and tanh built in: the activation changes nothing here, every panel is the same."


def compute(problem: Problem, memo: Memo) -> Strip:
    """Measure the same weights and the same input under every activation.

    Parameters
    ----------
    problem : Problem
        The network and its input.
    memo : Memo
        Remembers runs and triangles.

    Returns
    -------
    Strip
        One panel an activation.
    """
    choices = [(name, ACTIVATIONS[name].label) for name in _names(problem)]
    panels, left_out = measure_strip(problem, memo, "activation", choices)
    told = _sentence(panels, left_out) + over_first(problem) if problem.query.model == "rnn" else _BUILT_IN
    return Strip("activation", problem.query.activation, panels, left_out, told, derivative(problem.query))


def cost(problem: Problem) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Problem
        What would be measured.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    names = _names(problem)
    return strip_cost(problem, "activation", names, sample_count(problem, "activation", names))


def figure(result: Strip) -> Payload:
    """Draw the strip; see `strip_figure`.

    Parameters
    ----------
    result : Strip
        The answer.

    Returns
    -------
    dict
        A Plotly figure.
    """
    return strip_figure(result)


def _names(problem: Problem) -> list[str]:
    """Give the activations that can be chosen: a gated network has its own built in."""
    return list(ACTIVATIONS) if problem.query.model == "rnn" else [problem.query.activation]


def _sentence(panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say who keeps the gradient best and who loses it fastest, who kills it, and who has no picture."""
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


VIEW = View(
    name="activations",
    label="Across activations",
    question="What would the same network do under another activation?",
    formula=r"\frac{\partial h_t}{\partial h_k}=\prod_{j=k+1}^{t}\operatorname{diag}\varphi'(a_j)\,W_{hh}\quad"
    r"\text{for every }\varphi",
    source="The activations and their sources are listed under options",
    fields=TRIANGLE_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
)
