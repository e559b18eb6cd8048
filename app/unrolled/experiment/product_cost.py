"""The work of following one path factor by factor, from h_k to h_t."""

from unrolled.core.cost.recurrent import Cost, forward_cost, product_step_flops, svd_flops
from unrolled.core.spectra.singular_values import max_sweep_lag
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import size_of

# All sweeps over one factor, with the exponents of all rows.
_SWEPT_CUBE, _SWEPT_SQUARE = 15.0, 3e4
# Matrices that are held for each factor, of which a stack has one for each layer.
_FACTORS = 2.6
_BYTES = 8

MAX_FACTORS = 512


def product_cost(experiment: Experiment, *, products: int, singular_values: bool) -> Cost:
    """Estimate the forward pass, every factor's norm and those of so many running products, and the QR sweeps."""
    query, size = experiment.query, size_of(experiment)
    lag = query.later - query.earlier
    forward = forward_cost(size)
    # One norm of a factor and one of the product so far.
    norms = svd_flops(size.width, size.height) + svd_flops(size.state, size.state) if query.norm == "spectral" else 2e4
    step = products * (size.call_flops + product_step_flops(size, size.width))
    flops = forward.flops + lag * step + min(lag, MAX_FACTORS) * norms
    spectrum_bytes = 0.0
    if singular_values and lag <= max_sweep_lag(size.state):
        flops += lag * (_SWEPT_CUBE * size.state**3 + _SWEPT_SQUARE * size.state**2)
        spectrum_bytes = _FACTORS * _BYTES * lag * size.joint_layers * size.state**2
    return Cost(flops, forward.bytes + spectrum_bytes)
