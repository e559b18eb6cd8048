"""Products of one-step Jacobians between neighbouring sampled steps, all blocks advancing together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import inspection
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product_step_flops
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Entries of the blocks that advance together: they stay in the cache of one core.
CHUNK_ENTRIES = 2**17


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


def block_products(chain: JacobianChain, steps: Steps) -> Blocks:
    """Multiply the one-step Jacobians between neighbouring samples: 2TS³ flops and no array of all Jacobians.

    Parameters
    ----------
    flow : JacobianChain
        The derivative's way.
    steps : array of shape (G,)
        Rising 1-based steps.

    Returns
    -------
    Blocks
        The products.
    """
    size = chain.state_size
    products, powers = np.empty((len(steps) - 1, size, size)), np.zeros(len(steps) - 1, dtype=np.int64)
    chunk = max(1, CHUNK_ENTRIES // size**2)

    def multiply(first: int) -> None:
        some = slice(first, min(first + chunk, len(powers)))
        products[some] = np.eye(size)
        advance_products(chain, products[some], powers[some], steps[:-1][some], steps[1:][some])

    parallel_for(multiply, range(0, len(powers), chunk))
    return Blocks(products, powers)


def advance_products(
    chain: JacobianChain,
    products: Array,
    exponents: Steps,
    starts: Steps,
    ends: Steps,
    seen: Callable[[int, Array, Steps], None] | None = None,
) -> None:
    """Carry products step by step, in place, each from its own start to its own end.

    Parameters
    ----------
    flow : JacobianChain
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
    spans, chunk = ends - starts, max(1, CHUNK_ENTRIES // chain.state_size**2)
    # A few at a time, so that what is moved stays in the cache.
    for offset in range(1, int(spans.max(initial=0)) + 1):
        moving = np.flatnonzero(spans >= offset)

        def move(first: int, steps: Steps = starts + offset, moving: Steps = moving) -> None:
            # Neighbours are reached without a copy.
            some = moving[first : first + chunk]
            part = slice(some[0], some[-1] + 1) if some[-1] - some[0] == len(some) - 1 else some
            moved, more = chain.left_multiply(steps[part], products[part])
            powers = exponents[part] + more
            renormalise_(moved, powers)
            products[part], exponents[part] = moved, powers

        parallel_for(move, range(0, len(moving), chunk))
        advance(product_step_flops(chain, len(moving), products.shape[1]))
        if seen is not None:
            seen(offset, products, exponents)
            advance(inspection(len(spans), chain.width, chain.height))
