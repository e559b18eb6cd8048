"""Any window, sampled in any way: both norms have values in the same cells, and stand in their order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.models import initial_parameters, make_network
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Steps
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.norms.frobenius import frobenius_triangle
from unrolled.core.norms.triangle import spectral_triangle

LENGTH, HIDDEN = 240, 8
NETWORK = make_network("gru", 2, HIDDEN)
CHAIN = jacobian_chain(
    NETWORK.run(
        initial_parameters("gaussian", 1.0, NETWORK, np.random.default_rng(0)),
        np.random.default_rng(1).standard_normal((LENGTH, 2)),
    )
)


@st.composite
def samples(draw: st.DrawFn) -> Steps:
    first, last = sorted((draw(st.integers(1, LENGTH)), draw(st.integers(1, LENGTH))))
    return np.arange(last, first - 1, -draw(st.integers(1, 9)))[::-1]


@given(t=samples(), k=samples())
@settings(max_examples=examples(75))
def test_norms_have_their_cells_and_their_order(t: Steps, k: Steps) -> None:
    grid = Grid(t, k)
    blocks = block_products(CHAIN, grid.steps)
    spectral, frobenius = spectral_triangle(CHAIN, blocks, grid), frobenius_triangle(CHAIN, blocks, grid)
    assert np.array_equal(np.isnan(spectral), t[:, None] < k)
    finite = np.isfinite(spectral)
    assert np.array_equal(finite, np.isfinite(frobenius))
    difference = (frobenius - spectral)[finite]
    assert difference.min(initial=0.0) > -1e-9
    assert difference.max(initial=0.0) < 0.5 * np.log10(HIDDEN) + 1e-9
