"""Products of one-step Jacobians between neighbouring sampled steps, all blocks advancing together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.flow import Flow
from app.core.lanes import each
from app.core.progress import advance
from app.core.scaled import settled

# Blocks that advance together stay in the cache of one core.
_TOGETHER = 2**17
# What is bound by memory, per entry, in flops of a matrix product.
_ENTRY = 60.0


@dataclass(frozen=True)
class Blocks:
    """What leads from each sampled step to the next.

    Attributes
    ----------
    steps : array of shape (G,)
        Rising 1-based steps.
    products : array of shape (G − 1, S, S)
        P[steps[i+1], steps[i]], transposed, without their powers of two.
    powers : array of shape (G − 1,)
        Their powers of two.
    """

    steps: Steps
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
    chunk = max(1, _TOGETHER // size**2)

    def multiply(first: int) -> None:
        some = slice(first, min(first + chunk, len(powers)))
        products[some] = np.eye(size)
        carry_on(flow, products[some], powers[some], steps[:-1][some], steps[1:][some])

    each(multiply, range(0, len(powers), chunk))
    return Blocks(steps, products, powers)


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
    spans = ends - starts
    for offset in range(1, int(spans.max(initial=0)) + 1):
        if spans.min() >= offset:
            products[:], more = flow.carried(starts + offset, products)
            exponents += more
            settled(products, exponents)
        else:
            inside = np.flatnonzero(spans >= offset)
            moved, more = flow.carried(starts[inside] + offset, products[inside])
            powers = exponents[inside] + more
            settled(moved, powers)
            products[inside], exponents[inside] = moved, powers
        if seen is not None:
            seen(offset, products, exponents)
        advance(products.size * (2.0 * products.shape[-1] + _ENTRY))
