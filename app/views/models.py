"""The same sequence through every model."""

from app.cache import Memo
from app.core.cost import Cost
from app.core.models import MODELS
from app.problem import TRIANGLE_FIELDS, Problem
from app.query_types import MAX_STATE
from app.views.contract import Payload, View
from app.views.derivative import derivative
from app.views.strip import Panel, Strip
from app.views.strip_plot import strip_figure
from app.views.strip_work import changed_to, measure_strip, over_first, sample_count, strip_cost
from app.views.words import pace


def compute(problem: Problem, memo: Memo) -> Strip:
    """Measure the same sequence through every model of the same size and initialisation.

    Parameters
    ----------
    problem : Problem
        The network and its input; own weights fit one model only.
    memo : Memo
        Remembers runs and triangles.

    Returns
    -------
    Strip
        One panel a model.
    """
    choices: list[tuple[str | int, str]] = [(name, MODELS[name].label) for name in _names(problem)]
    panels, left_out = measure_strip(problem, memo, "model", choices)
    # The cell of an LSTM has no like elsewhere: every panel shows the output then.
    shown = derivative(changed_to(problem, "model", problem.query.model).query)
    told = _sentence(panels) + over_first(problem)
    return Strip("model", problem.query.model, panels, left_out, told, shown)


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
    return strip_cost(problem, "model", names, sample_count(problem, "model", names))


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
    """Give the models that can run this problem: own weights fit one, and so does what is too large for the others."""
    query = problem.query
    if problem.weights is not None:
        return [query.model]
    return [name for name in MODELS if len(MODELS[name].states) * query.layers * query.hidden <= MAX_STATE]


def _sentence(panels: tuple[Panel, ...]) -> str:
    """Say which model keeps the gradient best."""
    if len(panels) == 1:
        return "Weights of one's own fit their own model only: there is nothing to compare."
    rated = [(panel, rate) for panel in panels if (rate := panel.measured.summary.rate) is not None]
    if not rated:
        return "There is no rate to compare: the sequence is too short, or every product dies exactly."
    parts = [f"{panel.label}: {pace(rate)}" for panel, rate in rated]
    steady = min(rated, key=lambda pair: abs(pair[1]))[0]
    return f"{'; '.join(parts)}. The {steady.label} keeps the gradient closest to its size."


VIEW = View(
    name="models",
    label="Across models",
    question="What would another kind of network do with the same sequence?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\quad\text{for RNN, LSTM and GRU}",
    source="Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014",
    fields=TRIANGLE_FIELDS,
    compute=compute,
    figure=figure,
    cost=cost,
)
