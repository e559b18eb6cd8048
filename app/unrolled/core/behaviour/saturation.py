"""Which units carry the gradient, and which are dead or saturated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.blocks import advance_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.networks.layer import LayerTrace

Index = npt.NDArray[np.intp]

# A unit counts as saturated when it lets less than a tenth through at nine of ten steps.
_NARROW, _OFTEN = 0.1, 0.9


@dataclass(frozen=True)
class Saturation:
    """What the units of one layer do, counted from 0.

    `arriving` (R,) and `leaving` (C,) are shares of ‖∂(of)_{k+n}/∂(wrt)_k‖_F² by entry of the later and of the earlier
    part, mean over k; they add up to 1, or are all 0 where every product is exactly zero. Dead units let exactly
    nothing through at any step, saturated ones less than a tenth of the largest slope or gate there can be at nine of
    ten steps or more.
    """

    arriving: Array
    leaving: Array
    dead: Index
    saturated: Index


def saturation(chain: JacobianChain, starts: Steps, lag: int) -> Saturation:
    """Measure the shares over some k at lag n, and list the units of the last layer by its decisive unit factor."""
    products, exponents = np.array(chain.initial(starts)), np.zeros(len(starts), dtype=np.int64)
    advance_products(chain, products, exponents, starts, starts + lag)
    squares = np.square(rescale(chain.select_T(products))[0])
    totals = squares.sum(axis=(1, 2))
    alive = squares[totals > 0.0] / totals[totals > 0.0, None, None]
    if not len(alive):
        alive = np.zeros((1, chain.width, chain.height))
    dead, saturated = _closed_units(chain.layers[-1])
    return Saturation(alive.sum(axis=1).mean(axis=0), alive.sum(axis=2).mean(axis=0), dead, saturated)


def _closed_units(layer: LayerTrace) -> tuple[Index, Index]:
    """Find the units that let nothing, or little, through; none where it is not known what would."""
    factors, largest = layer.unit_factors(np.arange(1, layer.length + 1)), layer.largest_factor
    opened = np.abs(next(iter(factors.values()), np.ones((1, layer.hidden_size))))
    dead = ~opened.any(axis=0)
    narrow = (opened < _NARROW * (largest or 0.0)).mean(axis=0) >= _OFTEN
    return np.flatnonzero(dead), np.flatnonzero(narrow & ~dead)
