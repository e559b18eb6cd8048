"""A row of products, carried and joined, against plain matrices."""

import numpy as np
import pytest

from unrolled.core.jacobians import row
from unrolled.core.jacobians.row import ProductRow


@pytest.mark.parametrize("chunk", [row._CHUNK, 1])
def test_every_column_has_a_scale_of_its_own(chunk, monkeypatch):
    monkeypatch.setattr(row, "_CHUNK", chunk)
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
    monkeypatch.setattr(row, "_CHUNK", 2 * 3 * 4)
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
