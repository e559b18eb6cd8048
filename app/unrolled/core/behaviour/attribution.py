"""Why a gradient shrinks or grows: its change per step, split into parts that add up exactly.

Every step multiplies by a matrix and by what lets the gradient through unit by unit. Measuring the product between the
two gives each its own share of the logarithm, so the shares add up to the whole without a remainder.

- Vanilla RNN: log ‖W P‖/‖P‖ is the weights' share, split into log ρ and the rest (growth of a matrix that is not
  normal); log ‖D W P‖/‖W P‖ is the slopes' share.
- GRU, LSTM: log ‖K P‖/‖P‖ is what the memory gate alone leaves (K is diag z, or diag f on the cell), and
  log ‖J P‖/‖K P‖ is what the matrices add to it.

The share of slopes or gates is split once more: what it is when the input is silent, and what the input changes. A
layer whose step has no such halves has a total alone.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import log10_unscaled, renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product_step_flops
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

    The parts add up to the total; none when it is −inf or when a step has no halves, the weights alone when the gates
    are exactly closed.
    """

    total: float
    lag: int
    starts: int
    parts: tuple[Part, ...]


def attribute(chain: JacobianChain, starts: Steps, lag: int, spectral_radius: float | None) -> Attribution:
    """Split the change of ‖∂s_{k+n}/∂s_k‖_F of one layer's whole state over some k, n ≥ 1.

    The spectral radius is that of a vanilla RNN's recurrent matrix; None leaves the weights' share whole.
    """
    shares, total = _shares(chain, starts, lag)
    if total == -np.inf or not shares:
        return Attribution(total, lag, len(starts), ())
    if not np.isfinite(list(shares.values())).all():
        # A memory gate that is exactly closed leaves nothing: what arrives came through the matrices alone.
        return Attribution(total, lag, len(starts), (Part("weights", total),))
    weights = shares.pop("weights")
    parts = [Part("weights", weights)]
    if spectral_radius:
        radius = float(np.log10(spectral_radius))
        parts = [Part("spectral radius", radius), Part("non-normal growth", weights - radius)]
    ((name, gating),) = shares.items()
    return Attribution(total, lag, len(starts), (*parts, *_by_input(chain, starts, lag, Part(name, gating))))


def _by_input(chain: JacobianChain, starts: Steps, lag: int, gating: Part) -> tuple[Part, ...]:
    """Split the share of slopes or gates by what it would be in silence."""
    try:
        silent = chain.rerun(0, chain.state(0), np.zeros_like(chain.inputs))
    except Overflow:
        return (gating,)
    silent_share = _shares(silent, starts, lag)[0][gating.name]
    if not np.isfinite(silent_share):
        return (gating,)
    return (Part(gating.name, silent_share), Part("input", gating.log10_per_step - silent_share))


def _shares(chain: JacobianChain, starts: Steps, lag: int) -> tuple[dict[str, float], float]:
    """Measure the shares of the two halves of a step, none where it has none, and the total.

    They are decades a step, mean over the starts, in the order in which they act.
    """
    layer, size = chain.layers[0], chain.state_size
    products = np.broadcast_to(np.eye(size), (len(starts), size, size)).copy()
    exponents = np.zeros(len(starts), dtype=np.int64)
    sizes = [_sizes(products, exponents)]
    for offset in range(1, lag + 1):
        steps = starts + offset
        half = layer.first_half(steps, products)
        if half is not None:
            between, powers = half[0], exponents + half[1]
            renormalise_(between, powers)
            sizes.append(_sizes(between, powers))
        products, more = chain.left_multiply(steps, products)
        exponents = exponents + more
        renormalise_(products, exponents)
        sizes.append(_sizes(products, exponents))
        # The two halves of a step.
        advance(2.0 * product_step_flops(chain, len(starts), size))
    total = float((sizes[-1] - sizes[0]).mean() / lag)
    if len(sizes) == 1 + lag:
        return {}, total
    with np.errstate(invalid="ignore"):
        changes = np.diff(np.array(sizes), axis=0)
    return {name: float(changes[place::2].sum(axis=0).mean() / lag) for place, name in enumerate(layer.halves)}, total


def _sizes(products: Array, exponents: Steps) -> Array:
    return log10_unscaled(np.sqrt(np.square(products).sum(axis=(1, 2))), exponents)
