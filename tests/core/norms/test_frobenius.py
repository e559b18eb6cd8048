"""Frobenius norms that meet in the middle, against products that are multiplied out."""

from itertools import product as product_of_cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import random_rnn
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.product import product
from unrolled.core.norms.frobenius import frobenius_triangle
from unrolled.core.norms.triangle import triangle

CASES = few(
    product_of_cases(["tanh", "relu", "selu", "hardtanh", "sine"], [0.5, 1.0, 3.0]), [("tanh", 1.0), ("relu", 3.0)]
)


@pytest.mark.parametrize(("activation", "gain"), CASES)
def test_frobenius_norms_met_in_the_middle_are_those_of_the_products(activation, gain):
    chain = random_rnn(70, 7, activation, "gaussian", gain, seed=4)
    found = triangle(chain, square_grid(sample_steps(70, 256)), "frobenius")
    for t in range(1, 71, 3):
        for k in range(1, t + 1, 2):
            truth = product(chain, t, k).log10_scale
            assert found[t - 1, k - 1] == truth or abs(found[t - 1, k - 1] - truth) < 1e-10, (t, k)


def test_frobenius_norms_survive_directions_that_cancel():
    # Each block keeps what the one before it has all but closed: Gram products alone would lose every digit.
    tiny = 1e-9
    one, other = np.diag([1.0, tiny]), np.diag([tiny, 1.0])
    steps = np.arange(1, 42)
    blocks = Blocks(np.stack([one] * 20 + [other] * 20), np.zeros(40, dtype=np.int64))
    found = frobenius_triangle(random_rnn(41, 2), blocks, square_grid(steps))
    for row, column in ((40, 0), (30, 5), (25, 19), (40, 21)):
        first = np.exp(np.log(tiny) * max(0, row - max(20, column)))
        second = np.exp(np.log(tiny) * max(0, 20 - column))
        truth = np.log10(np.hypot(first, second))
        assert found[row, column] == pytest.approx(truth, abs=1e-9)
