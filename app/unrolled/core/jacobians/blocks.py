"""Products of one-step Jacobians between neighbouring sampled steps, all blocks advancing together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import looked
from unrolled.core.arrays.scaling import settled
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import Flow
from unrolled.core.jacobians.product import carried_along
from unrolled.runtime.parallel import each
from unrolled.runtime.progress import advance

# Entries of the blocks that advance together: they stay in the cache of one core.
TOGETHER = 2**17


@dataclass(frozen=True)
class Blocks:
    """What leads from each sampled step to the next.

    Attributes
    ----------
    products : array of shape (G − 1, S, S)
        What leads from one sampled step to the next, transposed, without their powers of two.
    powers : array of shape (G − 1,)
        Their powers of two.
    """

    products: Array
    powers: Steps


def block_products(flow: Flow, steps: Steps) -> Blocks:
    """Multiply the one-step Jacobians between neighbouring samples: 2TS³ flops and no array of all Jacobians.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    steps : array of shape (G,)
        Rising 1-based steps.

    Returns
    -------
    Blocks
        The products.
    """
    size = flow.state_size
    products, powers = np.empty((len(steps) - 1, size, size)), np.zeros(len(steps) - 1, dtype=np.int64)
    chunk = max(1, TOGETHER // size**2)

    def multiply(first: int) -> None:
        some = slice(first, min(first + chunk, len(powers)))
        products[some] = np.eye(size)
        carry_on(flow, products[some], powers[some], steps[:-1][some], steps[1:][some])

    each(multiply, range(0, len(powers), chunk))
    return Blocks(products, powers)


def carry_on(
    flow: Flow,
    products: Array,
    exponents: Steps,
    starts: Steps,
    ends: Steps,
    seen: Callable[[int, Array, Steps], None] | None = None,
) -> None:
    """Carry products step by step, in place, each from its own start to its own end.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    products : array of shape (n, C, S)
        Transposed products at their starts.
    exponents : array of shape (n,)
        Their powers of two.
    starts, ends : arrays of shape (n,)
        Steps.
    seen : callable, optional
        Is shown the offset, the products and their exponents after every step.
    """
    spans, chunk = ends - starts, max(1, TOGETHER // flow.state_size**2)
    # A few at a time, so that what is moved stays in the cache.
    for offset in range(1, int(spans.max(initial=0)) + 1):
        moving = np.flatnonzero(spans >= offset)

        def move(first: int, steps: Steps = starts + offset, moving: Steps = moving) -> None:
            # Neighbours are reached without a copy.
            some = moving[first : first + chunk]
            part = slice(some[0], some[-1] + 1) if some[-1] - some[0] == len(some) - 1 else some
            moved, more = flow.carried(steps[part], products[part])
            powers = exponents[part] + more
            settled(moved, powers)
            products[part], exponents[part] = moved, powers

        each(move, range(0, len(moving), chunk))
        advance(carried_along(flow, len(moving), products.shape[1]))
        if seen is not None:
            seen(offset, products, exponents)
            advance(looked(len(spans), flow.width, flow.height))
