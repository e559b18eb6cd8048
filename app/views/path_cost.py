"""The work of following one path factor by factor, from h_k to h_t."""

from app.core.cost import Cost, triangle_cost
from app.problem import Problem

_QR_SWEEPS = 4
# A QR decomposition with its product counts as this many H³ flops of a matrix product, plus a fixed part for the call.
_QR_FLOPS_PER_CUBE = 16.0
_QR_FLOPS_FIXED = 4.0e5
_BYTES = 8


def path_cost(problem: Problem, *, singular_values: bool) -> Cost:
    """Estimate the forward pass, every factor's norm and the running product's, and the QR sweeps.

    Parameters
    ----------
    problem : Problem
        What would be followed.
    singular_values : bool
        Whether all singular values are wanted.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query = problem.query
    lag, hidden = query.later - query.earlier, query.hidden
    forward = triangle_cost(query.length, hidden, 1, query.norm, problem.input_size)
    # Two norms a factor; a triangle of one cell has one norm.
    factor = triangle_cost(1, hidden, 1, query.norm, 1)
    flops = forward.flops + 2.0 * lag * factor.flops
    kept = 0.0
    if singular_values:
        flops += _QR_SWEEPS * lag * (_QR_FLOPS_PER_CUBE * hidden**3 + _QR_FLOPS_FIXED)
        kept = 4.0 * _BYTES * lag * hidden**2
    return Cost(flops, forward.bytes + kept)
