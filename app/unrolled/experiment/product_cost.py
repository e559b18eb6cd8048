"""The work of following one path factor by factor, from h_k to h_t."""

import numpy as np

from unrolled.core.arrays.grid import sample_steps
from unrolled.core.arrays.types import Steps
from unrolled.core.cost.recurrent import Cost, Size, forward_cost, product_step_flops, svd_flops
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import size_of

_QR_SWEEPS = 4
# A QR decomposition with its product counts as this many H³ flops of a matrix product, plus a fixed part for the call.
_QR_FLOPS_PER_CUBE = 16.0
_QR_FLOPS_FIXED = 4.0e5
# All sweeps over one factor, with the exponents of all rows.
_SWEPT_CUBE, _SWEPT_SQUARE = 15.0, 3e4
# Matrices that are held for each factor, of which a stack has one for each layer.
_FACTORS = 2.6
_BYTES = 8

_LONGEST, _SWEPT = 1024, 2e11
MAX_FACTORS = 512


def max_spectrum_lag(size: Size) -> int:
    """Give the lag beyond which all singular values of one product would take far longer than everything else."""
    return min(_LONGEST, int(_SWEPT / (_QR_SWEEPS * (_QR_FLOPS_PER_CUBE * size.state**3 + _QR_FLOPS_FIXED))))


def sampled_factors(t: int, k: int) -> Steps:
    """Choose at most 512 of the steps k + 1 to t: all of a short path, evenly spaced ones of a long path."""
    return sample_steps(t, MAX_FACTORS, k + 1) if t > k else np.empty(0, dtype=np.int64)


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
    if singular_values and lag <= max_spectrum_lag(size):
        flops += lag * (_SWEPT_CUBE * size.state**3 + _SWEPT_SQUARE * size.state**2)
        spectrum_bytes = _FACTORS * _BYTES * lag * size.joint_layers * size.state**2
    return Cost(flops, forward.bytes + spectrum_bytes)
