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

# Less than a tenth of the largest slope, or of a whole gate, and nearly a whole gate (Karpathy, Johnson and Fei-Fei
# 2015, section 4.2); a unit counts for what it does at nine of ten steps.
LOW, HIGH = 0.1, 0.9
_OFTEN = 0.9
# So many slopes or gates are looked at together.
_BLOCK = 2**18


@dataclass(frozen=True)
class Saturation:
    """What the units of one layer do, counted from 0.

    `arriving` and `leaving` are shares of ‖∂(of)_{k+n}/∂(wrt)_k‖_F² by unit of the later and of the earlier part (by
    entry of an output or input), mean over those of the `starts` k at `lag` n from which anything arrives; they add up
    to 1, or are all 0 where nothing does. Dead units let exactly nothing through at any step; at nine of ten steps or
    more `saturated` ones let through less than a tenth of the largest slope or gate there can be, and those in
    `right_saturated` have a gate above 0.9, which keeps what they have. Of slopes there is no such end: None. Saturated
    gates are left-saturated. `hidden` is H, and `is_output` whether the later part is an output.
    """

    arriving: Array
    leaving: Array
    dead: Index
    saturated: Index
    right_saturated: Index | None
    lag: int
    starts: int
    hidden: int
    is_output: bool


@dataclass(frozen=True)
class Openness:
    """How far one factor of the units, a slope or gate, is open over all steps.

    ``mean`` is that of the signed values, all others are of their sizes: ``by_step`` (T,) and ``by_unit`` (H,) are
    means, ``least`` and ``most`` the extremes. ``low`` is the share below a tenth of the largest they can be, ``high``
    that above nine tenths, ``zero`` that of exact zeros.
    """

    mean: float
    by_step: Array
    by_unit: Array
    least: float
    most: float
    low: float
    high: float
    zero: float


def openness(layer: LayerTrace, largest: float) -> dict[str, Openness]:
    """Measure every unit factor of a layer over all its steps, by name; the decisive one first."""
    sums, count = dict[str, _Sums](), max(1, _BLOCK // layer.hidden_size)
    for first in range(1, layer.length + 1, count):
        steps = np.arange(first, min(first + count, layer.length + 1))
        for name, values in layer.unit_factors(steps).items():
            sums.setdefault(name, _Sums(largest)).add(values)
    return {name: each.result() for name, each in sums.items()}


class _Sums:
    """Sums over the steps, a block at a time."""

    def __init__(self, largest: float) -> None:
        self._largest, self._by_step, self._by_unit = largest, list[Array](), list[Array]()
        self._counts, self._total, self._ends = np.zeros(3, dtype=np.int64), 0.0, (np.inf, 0.0)

    def add(self, values: Array) -> None:
        """Add some steps, (n, H)."""
        sizes = np.abs(values)
        self._by_step.append(sizes.mean(axis=1))
        self._by_unit.append(sizes.sum(axis=0))
        self._total += float(values.sum())
        is_low, is_high = sizes < LOW * self._largest, sizes > HIGH * self._largest
        self._counts += [np.count_nonzero(some) for some in (is_low, is_high, sizes == 0.0)]
        self._ends = min(self._ends[0], float(sizes.min())), max(self._ends[1], float(sizes.max()))

    def result(self) -> Openness:
        """Divide by how many there were."""
        by_step = np.concatenate(self._by_step)
        by_unit = np.sum(self._by_unit, axis=0) / len(by_step)
        count = by_step.size * by_unit.size
        low, high, zero = (self._counts / count).tolist()
        return Openness(self._total / count, by_step, by_unit, *self._ends, low, high, zero)


def saturation(chain: JacobianChain, starts: Steps, lag: int) -> Saturation:
    """Measure the shares over some k at lag n, and list the units of the last layer by its decisive unit factor."""
    products, exponents = np.array(chain.initial(starts)), np.zeros(len(starts), dtype=np.int64)
    advance_products(chain, products, exponents, starts, starts + lag)
    squares = np.square(rescale(chain.select_T(products))[0])
    totals = squares.sum(axis=(1, 2))
    alive = squares[totals > 0.0] / totals[totals > 0.0, None, None]
    if not len(alive):
        alive = np.zeros((1, chain.width, chain.height))
    layer, is_output = chain.layers[-1], chain.readout is not None
    arriving, leaving = alive.sum(axis=1).mean(axis=0), alive.sum(axis=2).mean(axis=0)
    arriving = arriving if is_output else _by_unit(arriving, layer)
    leaving = leaving if chain.columns is None else _by_unit(leaving, chain.layers[0])
    return Saturation(arriving, leaving, *_idle_units(layer), lag, len(starts), layer.hidden_size, is_output)


def _by_unit(shares: Array, layer: LayerTrace) -> Array:
    """Add up what the parts of a joint state, h and c, have of every unit."""
    return shares.reshape(-1, layer.hidden_size).sum(axis=0)


def _idle_units(layer: LayerTrace) -> tuple[Index, Index, Index | None]:
    """Find units that let nothing through, that let little, and whose gate is open; none where no factor is known."""
    factors, largest = layer.unit_factors(np.arange(1, layer.length + 1)), layer.largest_factor or 0.0
    opened = np.abs(next(iter(factors.values()), np.ones((1, layer.hidden_size))))
    dead = ~opened.any(axis=0)
    low = (opened < LOW * largest).mean(axis=0) >= _OFTEN
    high = np.flatnonzero((opened > HIGH).mean(axis=0) >= _OFTEN) if is_gated(layer) else None
    return np.flatnonzero(dead), np.flatnonzero(low & ~dead), high


def is_gated(layer: LayerTrace) -> bool:
    """Tell whether the decisive factor of the units is a gate, which keeps the past, and not a slope."""
    return layer.memory_gate(np.array([1])) is not None
