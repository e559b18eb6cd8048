"""How much work a drawn graph is: the path, the folds, and the norms of the edges."""

from unrolled.core.cost.feedforward import direct_cost
from unrolled.core.cost.recurrent import Cost, product_step_flops, svd_flops
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.path_cost import path_cost
from unrolled.experiment.size import direct_size_of, size_of

# How many square matrices a cell has at every step whose norm differs from step to step.
_MATRICES = {"rnn": 1, "lstm": 4, "gru": 3}
_EXTRA_ROWS = 8
_PLAIN = 2e4


def graph_cost(experiment: Experiment, rows: int) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Experiment
        What would be drawn.
    rows : int
        How many rows there is room for.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query, drawn = experiment.query, min(rows + _EXTRA_ROWS, experiment.query.length)
    if query.is_direct:
        return _direct_cost(experiment, drawn)
    path, size = path_cost(experiment, products=1, singular_values=False), size_of(experiment)
    norms = svd_flops(query.hidden, query.hidden) if query.norm == "spectral" else _PLAIN
    edges = drawn * _MATRICES[query.model] * size.joint_layers * norms
    # Folds are followed factor by factor: with respect to the whole state, and to each of its parts if it has several.
    parts = size.state // query.hidden
    calls, products = (1, 1) if parts == 1 else (1 + parts, 2)
    folds = size.length * (calls * size.call_flops + products * product_step_flops(size, size.state))
    return Cost(path.flops + edges + folds, path.bytes)


def _direct_cost(experiment: Experiment, drawn: int) -> Cost:
    """Estimate a model without recurrence: one row of the triangle for each drawn step."""
    query, size = experiment.query, direct_size_of(experiment)
    made = direct_cost(size, drawn, drawn)
    matrix = svd_flops(query.hidden, query.hidden) if query.norm == "spectral" else _PLAIN
    square = 2.0 * query.hidden**2 * query.length
    edges = drawn * (
        matrix * query.layers + (square if query.model == "attention" else 2.0 * size.receptive_field * query.hidden)
    )
    return Cost(made.flops + edges, made.bytes + 8.0 * 6.0 * query.length * query.hidden)
