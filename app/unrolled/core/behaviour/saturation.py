"""Which units carry the gradient, and which are dead or saturated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.scaling import normalised
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.blocks import carry_on
from unrolled.core.jacobians.chain import Flow
from unrolled.core.networks.layer import LayerTrace

Index = npt.NDArray[np.intp]

# A unit counts as saturated when it lets less than a tenth through at nine of ten steps.
_NARROW, _OFTEN = 0.1, 0.9


@dataclass(frozen=True)
class Units:
    """What the units of one layer do, counted from 0.

    Attributes
    ----------
    arriving, leaving : arrays of shape (R,) and (C,)
        Shares of ‖∂(of)_{k+n}/∂(wrt)_k‖_F², by entry of the later and of the earlier part, mean over k; they add up to
        1, or are all 0 where every product is exactly zero.
    dead : array of int
        Units that let exactly nothing through at any step.
    saturated : array of int
        Units that let less than a tenth of the most through at nine of ten steps or more.
    """

    arriving: Array
    leaving: Array
    dead: Index
    saturated: Index


def units(flow: Flow, starts: Steps, lag: int, most: float) -> Units:
    """Look at the units.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    starts : array of shape (m,)
        Steps k, with k + n ≤ T.
    lag : int
        n.
    most : float
        The largest slope or gate there can be.

    Returns
    -------
    Units
        Shares and lists.
    """
    products, exponents = np.array(flow.begun(starts)), np.zeros(len(starts), dtype=np.int64)
    carry_on(flow, products, exponents, starts, starts + lag)
    squares = np.square(normalised(flow.cut(products))[0])
    whole = squares.sum(axis=(1, 2))
    alive = squares[whole > 0.0] / whole[whole > 0.0, None, None]
    if not len(alive):
        alive = np.zeros((1, flow.width, flow.height))
    dead, saturated = _closed(flow.layers[-1], most)
    return Units(alive.sum(axis=1).mean(axis=0), alive.sum(axis=2).mean(axis=0), dead, saturated)


def _closed(layer: LayerTrace, most: float) -> tuple[Index, Index]:
    """Find the units that let nothing, or little, through."""
    opened = np.abs(next(iter(layer.opened(np.arange(1, layer.length + 1)).values())))
    dead = ~opened.any(axis=0)
    narrow = (opened < _NARROW * most).mean(axis=0) >= _OFTEN
    return np.flatnonzero(dead), np.flatnonzero(narrow & ~dead)
