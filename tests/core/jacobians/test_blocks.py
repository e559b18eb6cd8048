"""Blocks between sampled steps, and products that advance together."""

from itertools import pairwise

import numpy as np
import pytest

from tests.core.nets import SOME_ARCHITECTURES, Derivative, dense_joint_product, run
from unrolled.core.jacobians import blocks
from unrolled.core.jacobians.blocks import ProductRow, advance_products, block_products

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


@pytest.mark.parametrize("chunk", [blocks._ROW_ENTRIES, 1])
def test_every_column_has_a_scale_of_its_own(chunk, monkeypatch):
    monkeypatch.setattr(blocks, "_ROW_ENTRIES", chunk)
    rng = np.random.default_rng(0)
    starts, factors = rng.standard_normal((3, 2, 4)), rng.standard_normal((5, 4, 4))
    far, near = ProductRow(5, 2, 4), ProductRow(5, 2, 4)
    far.append(starts[0])
    far.append(np.zeros((2, 4)))
    near.append(starts[1])
    for factor in factors:
        # So small that no float64 holds the product.
        for product_row in (far, near):
            product_row.left_multiply(factor.T, -400)
    far.extend(near)
    far.append(starts[2])
    assert far.count == 4
    onward = np.linalg.multi_dot(factors[::-1])
    for column, truth in enumerate((onward @ starts[0].T, np.zeros((4, 2)), onward @ starts[1].T, starts[2].T)):
        power = int(far.exponents[column]) + (2000 if column in (0, 2) else 0)
        if column != 1:
            np.testing.assert_allclose(np.ldexp(far.products[column].T, power), truth, rtol=1e-12)
    assert not far.products[1].any()


def test_columns_of_every_part_stray_by_themselves(monkeypatch):
    # Two columns at a time; each is of another size, so that each is brought back by another power of two.
    monkeypatch.setattr(blocks, "_ROW_ENTRIES", 2 * 3 * 4)
    rng = np.random.default_rng(1)
    starts, factors = rng.standard_normal((5, 3, 4)), rng.standard_normal((4, 4, 4))
    sizes = np.array([0, 90, -90, 200, -200])
    carried = ProductRow(5, 3, 4)
    for start, size in zip(starts, sizes.tolist(), strict=True):
        carried.append(np.ldexp(start, size))
    for factor, power in zip(factors, (150, 150, -150, 150), strict=True):
        carried.left_multiply(np.ldexp(factor.T, power), -3)
    onward = np.linalg.multi_dot(factors[::-1])
    for column, start in enumerate(starts):
        power = int(carried.exponents[column]) - (300 - 12) - int(sizes[column])
        np.testing.assert_allclose(np.ldexp(carried.products[column].T, power), onward @ start.T, rtol=1e-12)
        assert 2.0**-130 < np.abs(carried.products[column]).max() < 2.0**130


def test_a_column_that_begins_far_from_1_is_brought_back_at_once():
    carried = ProductRow(3, 2, 4)
    start = np.random.default_rng(0).standard_normal((2, 4))
    for power in (0, 300, -300):
        carried.append(np.ldexp(start, power))
        column = carried.count - 1
        assert 2.0**-130 < np.abs(carried.products[column]).max() < 2.0**130
        np.testing.assert_array_equal(np.ldexp(carried.products[column], int(carried.exponents[column]) - power), start)
