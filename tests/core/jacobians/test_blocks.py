"""Blocks between sampled steps, and products that advance together."""

from itertools import pairwise

import numpy as np
import pytest

from tests.core.nets import SOME_ARCHITECTURES, Derivative, dense_joint_product, run
from unrolled.core.jacobians import blocks
from unrolled.core.jacobians.blocks import advance_products, block_products

STEPS = np.array([2, 3, 7, 12])


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
@pytest.mark.parametrize("entries", [blocks.CHUNK_ENTRIES, 1])
def test_a_block_is_the_product_from_one_sampled_step_to_the_next(architecture, entries, monkeypatch):
    monkeypatch.setattr(blocks, "CHUNK_ENTRIES", entries)
    chain = Derivative("s", "s").chain(run(architecture, 12, 3, gain=1.5))
    result = block_products(chain, STEPS)
    for index, (start, end) in enumerate(pairwise(STEPS)):
        truth = dense_joint_product(chain, int(end), int(start))
        np.testing.assert_allclose(
            np.ldexp(result.products[index].T, result.powers[index]), truth, rtol=1e-9, atol=1e-13 * np.abs(truth).max()
        )


def test_products_advance_each_to_its_own_end_and_are_shown_after_every_step():
    chain = Derivative("s", "s").chain(run(SOME_ARCHITECTURES[0], 12, 3))
    starts, ends, shown = np.array([1, 4, 2]), np.array([5, 6, 2]), []
    products, exponents = np.array(chain.initial(starts)), np.zeros(3, dtype=np.int64)
    advance_products(chain, products, exponents, starts, ends, lambda offset, *_: shown.append(offset))
    assert shown == [1, 2, 3, 4]
    for index in range(3):
        truth = dense_joint_product(chain, int(ends[index]), int(starts[index]))
        np.testing.assert_allclose(np.ldexp(products[index].T, exponents[index]), truth, rtol=1e-12)
