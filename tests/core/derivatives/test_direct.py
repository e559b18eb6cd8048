"""A hop answers the same questions as a product, without factors and without a rate."""

import numpy as np
import pytest

from tests.core.feedforward.nets import random_trace
from tests.models import DIRECT
from unrolled.core.arrays.grid import square_grid
from unrolled.core.derivatives.direct import DirectDerivative

STEPS = np.arange(1, 13)


@pytest.mark.parametrize("model", DIRECT)
def test_a_cell_is_the_same_by_all_ways(model):
    trace = random_trace(model)
    derivative = DirectDerivative(trace)
    triangle = derivative.triangle(square_grid(STEPS), "spectral")
    size = np.linalg.norm(trace.jacobians(9, np.array([9]))[0], 2)
    for found in (
        10.0 ** triangle[8, 8],
        10.0 ** derivative.row(9, np.array([9]), "spectral")[0],
        10.0 ** derivative.growth(9, 9, derivative.factors(9, 9, 512), "spectral")[-1],
        10.0 ** derivative.singular_values(9, 9)[0],
    ):
        np.testing.assert_allclose(found, size, rtol=1e-12)
    matrix = derivative.matrix(9, 9)
    np.testing.assert_allclose(
        matrix.matrix * 10.0**matrix.log10_scale, trace.jacobians(9, np.array([9]))[0], rtol=1e-12
    )


@pytest.mark.parametrize(("model", "reach"), [("mlp", 0), ("window", 3), ("attention", None)])
def test_a_hop_has_a_reach_and_no_rate(model, reach):
    derivative = DirectDerivative(random_trace(model))
    triangle = derivative.triangle(square_grid(STEPS), "frobenius")
    profile, summary = derivative.summary(STEPS, triangle, "frobenius")
    assert (profile.chained, profile.reach, summary.rate) == (False, reach, None)
    assert not derivative.factors(9, 4, 512).size
    assert derivative.gate_retention(STEPS, "spectral") is None
    assert not derivative.is_bounded
