"""Why a gradient shrinks or grows: its change per step, split into parts that add up exactly.

Every step multiplies by a matrix and by what lets the gradient through unit by unit. Measuring the product between the
two gives each its own share of the logarithm, so the shares add up to the whole without a remainder.

- Vanilla RNN: log ‖W P‖/‖P‖ is the weights' share, split into log ρ and the rest (growth of a matrix that is not
  normal); log ‖D W P‖/‖W P‖ is the slopes' share.
- GRU, LSTM: log ‖K P‖/‖P‖ is what the memory gate alone leaves (K is diag z, or diag f on the cell), and
  log ‖J P‖/‖K P‖ is what the matrices add to it.

The share of slopes or gates is split once more: what it is when the input is silent, and what the input changes.
"""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.scaling import log10_unscaled, renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.rnn import RNNTrace
from unrolled.errors import Overflow
from unrolled.runtime.progress import advance


@dataclass(frozen=True)
class Part:
    """One share of the change, in decades a step."""

    name: str
    log10_per_step: float


@dataclass(frozen=True)
class Attribution:
    """Mean change of log10 ‖∂s_{k+n}/∂s_k‖_F per step over some k, −inf when a product dies exactly, and its parts.

    The parts add up to the total; none when it is −inf, the weights alone when the gates are exactly closed.
    """

    total: float
    lag: int
    starts: int
    parts: tuple[Part, ...]


def attribute(chain: JacobianChain, starts: Steps, lag: int, spectral_radius: float | None) -> Attribution:
    """Split the change of ‖∂s_{k+n}/∂s_k‖_F of one layer's whole state over some k, n ≥ 1.

    The spectral radius is that of a vanilla RNN's recurrent matrix; None leaves the weights' share whole.
    """
    first, second, total = _shares(chain, starts, lag)
    if total == -np.inf:
        return Attribution(total, lag, len(starts), ())
    if not np.isfinite([first, second]).all():
        # A memory gate that is exactly closed leaves nothing: what arrives came through the matrices alone.
        return Attribution(total, lag, len(starts), (Part("weights", total),))
    vanilla = isinstance(chain.layers[0], RNNTrace)
    weights, gating = (first, second) if vanilla else (second, first)
    parts = [Part("weights", weights)]
    if spectral_radius:
        radius = float(np.log10(spectral_radius))
        parts = [Part("spectral radius", radius), Part("non-normal growth", weights - radius)]
    return Attribution(total, lag, len(starts), (*parts, *_by_input(chain, starts, lag, gating)))


def _by_input(chain: JacobianChain, starts: Steps, lag: int, gating: float) -> tuple[Part, ...]:
    """Split the share of slopes or gates by what it would be in silence."""
    vanilla = isinstance(chain.layers[0], RNNTrace)
    name = "saturation" if vanilla else "gates"
    try:
        silent = chain.rerun(0, chain.state(0), np.zeros_like(chain.inputs))
    except Overflow:
        return (Part(name, gating),)
    shares = _shares(silent, starts, lag)
    silent_share = shares[1] if vanilla else shares[0]
    if not np.isfinite(silent_share):
        return (Part(name, gating),)
    return (Part(name, silent_share), Part("input", gating - silent_share))


def _shares(chain: JacobianChain, starts: Steps, lag: int) -> tuple[float, float, float]:
    """Measure the two shares in the order in which they act, and the total: decades a step, mean over the starts."""
    layer, size = chain.layers[0], chain.state_size
    products = np.broadcast_to(np.eye(size), (len(starts), size, size)).copy()
    exponents = np.zeros(len(starts), dtype=np.int64)
    sizes = [_sizes(products, exponents)]
    for offset in range(1, lag + 1):
        steps = starts + offset
        between, powers = _half_step(layer, steps, products, exponents)
        sizes.append(_sizes(between, powers))
        products, more = chain.left_multiply(steps, products)
        exponents = exponents + more
        renormalise_(products, exponents)
        sizes.append(_sizes(products, exponents))
        advance(4.0 * products.size * size)
    with np.errstate(invalid="ignore"):
        changes = np.diff(np.array(sizes), axis=0)
        first, second = (changes[offset::2].sum(axis=0).mean() / lag for offset in (0, 1))
    return float(first), float(second), float((sizes[-1] - sizes[0]).mean() / lag)


def _half_step(layer: object, steps: Steps, products: Array, exponents: Steps) -> tuple[Array, Steps]:
    """Give the products between the two halves of a step, transposed, with their powers of two."""
    if isinstance(layer, RNNTrace):
        ones = replace(layer, slope=np.ones_like(layer.slope[: len(steps)]))
        moved, more = ones.left_multiply(np.arange(1, len(steps) + 1), products)
    elif isinstance(layer, LSTMTrace):
        moved, more = products.copy(), np.zeros_like(exponents)
        moved[:, :, : layer.hidden_size] = 0.0
        moved[:, :, layer.hidden_size :] *= layer.unit_factors(steps)["f"][:, None, :]
    elif isinstance(layer, GRUTrace):
        moved, more = products * layer.unit_factors(steps)["z"][:, None, :], np.zeros_like(exponents)
    else:
        raise TypeError(type(layer).__name__)
    powers = exponents + more
    renormalise_(moved, powers)
    return moved, powers


def _sizes(products: Array, exponents: Steps) -> Array:
    return log10_unscaled(np.sqrt(np.square(products).sum(axis=(1, 2))), exponents)
