"""What a gated layer's gradient is, and the shortcuts that are taken for it.

The truth is the total derivative: of h the block [P]_hh of the joint product of [h; c], of c the block [P]_cc with what
c_k does through h_k = o_k ⊙ tanh c_k at its own step, [P]_cc + [P]_ch diag(o_k ⊙ (1 − tanh² c_k)). The block [P]_cc
alone holds h_k fixed. The forget-gate product diag ∏ f is only the additive path of the cell, with the gates held
fixed. The product of the blocks ∂h_j/∂h_{j−1} with c held fixed leaves the cell out: with a forget bias of 6 it says
10⁻²⁵ after 30 steps where the truth is 0.23. A published Lyapunov code uses it.
"""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import scaled_norms
from unrolled.core.networks.layer import LayerTrace, dense_left_multiply
from unrolled.runtime.progress import advance

# Calls of a step, and passes over the entries of H × H blocks: the joint product has four.
_CALLS, _PASSES = 100, 60


@dataclass(frozen=True)
class Shortcuts:
    """log10 sizes by lag, medians over the starting steps k; each of shape (n,), −inf for exactly zero.

    The truths are the total ‖∂h_{k+n}/∂h_k‖ and ‖∂c_{k+n}/∂c_k‖, the blocks ‖∏ ∂h_j/∂h_{j−1}‖ with c held fixed, the
    gates ‖diag ∏ f_j‖; ``held_c`` is ‖∂c_{k+n}/∂c_k‖ with h_k held fixed, a block of the joint product.
    """

    lag: Steps
    truth_h: Array
    truth_c: Array
    blocks: Array
    gates: Array
    held_c: Array


def shortcuts(layer: LayerTrace, inputs: Array, norm: Norm, starts: Steps, lags: Steps) -> Shortcuts:
    """Carry truth and shortcuts of an LSTM's layer side by side, from some k over rising lags, the first one 0."""
    size, count = layer.hidden_size, len(starts)
    joint = JacobianChain(inputs, (layer,), slice(0, 2 * size), slice(0, 2 * size))
    from_cell = replace(joint, columns=slice(size, 2 * size)).initial(starts)
    products = np.broadcast_to(np.eye(2 * size), (count, 2 * size, 2 * size)).copy()
    blocks = np.broadcast_to(np.eye(size), (count, size, size)).copy()
    gates = np.zeros((count, size))
    exponents, powers = np.zeros((2, count), dtype=np.int64)
    medians = np.empty((5, len(lags)))
    index_of = {int(lag): index for index, lag in enumerate(lags)}
    for lag in range(int(lags[-1]) + 1):
        if lag:
            jacobians = joint.jacobians(starts + lag)
            # A copy even where it is contiguous as it is: both are scaled in place.
            hidden = jacobians[:, :size, :size].copy()
            with np.errstate(divide="ignore"):
                gates += np.log10(np.diagonal(jacobians[:, size:, size:], axis1=1, axis2=2))
            products, exponents = _left_multiply(jacobians, products, exponents)
            blocks, powers = _left_multiply(hidden, blocks, powers)
            advance(shortcut_step(count, size))
        if lag in index_of:
            sizes = (
                scaled_norms(products[:, :size, :size], exponents, norm),
                scaled_norms(from_cell @ products[:, :, size:], exponents, norm),
                scaled_norms(blocks, powers, norm),
                _gate_sizes(gates, norm),
                scaled_norms(products[:, size:, size:], exponents, norm),
            )
            medians[:, index_of[lag]] = [np.median(each) for each in sizes]
    return Shortcuts(lags, *medians)


def shortcut_step(count: int, size: int) -> float:
    """Count one step of `count` joint products and as many of blocks, and the passes over both."""
    return _CALLS * CALL + count * (18.0 * size**3 + _PASSES * ENTRY * size**2)


def _left_multiply(jacobians: Array, products: Array, exponents: Steps) -> tuple[Array, Steps]:
    moved, more = dense_left_multiply(jacobians, products)
    moved, again = rescale(moved)
    return moved, exponents + more + again


def _gate_sizes(gates: Array, norm: Norm) -> Array:
    """Measure diagonal matrices given by log10 of their entries (m, H)."""
    largest = gates.max(axis=1)
    if norm == "spectral":
        return largest
    above = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        return above + 0.5 * np.log10((10.0 ** (2.0 * (gates - above[:, None]))).sum(axis=1))


def gate_retention(layer: LayerTrace, steps: Steps, norm: Norm) -> Array | None:
    """Multiply the memory gate over each lag of evenly spaced steps (G,): log10 ‖diag ∏ f‖, median over t.

    It is an LSTM's forget gate f (∂c_t/∂c_k with the gates held fixed, the constant error carousel, is diag ∏ f) or a
    GRU's update gate z; None where there is no such gate.
    """
    gate = layer.memory_gate(np.arange(1, layer.length + 1))
    if gate is None:
        return None
    # A gate that is exactly closed is counted apart: what lies on one side of it is a number.
    closed = gate == 0.0
    sums, zeros = (
        np.concatenate([np.zeros((1, gate.shape[1])), np.cumsum(each, axis=0)])[steps]
        for each in (np.log10(np.where(closed, 1.0, gate)), closed)
    )
    medians = np.empty(len(steps))
    for lag in range(len(steps)):
        first, last = slice(0, len(steps) - lag), slice(lag, len(steps))
        logs = np.where(zeros[last] > zeros[first], -np.inf, sums[last] - sums[first])
        medians[lag] = np.median(_gate_sizes(logs, norm))
    return medians
