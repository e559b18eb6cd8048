"""The work of following one path factor by factor, from h_k to h_t."""

from unrolled.core.arrays.flops import jacobi_sweep, qr_step
from unrolled.core.cost.derivative import Cost, forward_cost, norm_flops, products_flops
from unrolled.core.spectra.singular_values import max_sweep_lag
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import cells_cost

MAX_FACTORS = 512
# As a rule one sweep there and, where that is not enough, one back, with two decompositions a factor; both once more
# with other last digits. Sweeps of rotations at the end.
_DECOMPOSITIONS, _ROTATIONS = 4, 12
# Matrices that are held for each factor, of which a stack has one for each layer.
_FACTORS = 2.6
_BYTES = 8


def product_cost(experiment: Experiment) -> Cost:
    """Count the forward pass and the product along the whole path."""
    size, lag = size_of(experiment), experiment.query.later - experiment.query.earlier
    forward = forward_cost(size)
    return Cost(forward.flops + products_flops(size, lag, size.width), forward.bytes)


def factors_cost(experiment: Experiment) -> Cost:
    """Count the path by either end, the norms of every factor and of both products there, and all singular values.

    Without a state it is a single hop.
    """
    query, size = experiment.query, size_of(experiment)
    if not size.state:
        return cells_cost(experiment, 1)
    lag, path = query.later - query.earlier, product_cost(experiment)
    norms = 2.0 * norm_flops(size.width, size.height, query.norm) + norm_flops(size.state, size.state, query.norm)
    flops, held = products_flops(size, lag, size.height) + min(lag, MAX_FACTORS) * norms, 0.0
    if lag <= max_sweep_lag(size.state):
        flops += _DECOMPOSITIONS * lag * size.joint * qr_step(size.state, size.width) + _ROTATIONS * jacobi_sweep(
            size.width
        )
        held = _FACTORS * _BYTES * lag * size.joint * size.state**2
    return Cost(path.flops + flops, path.bytes + held)
