"""Any derivative through any network at any grid: every cell is that of the plain product."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.core.jacobians.dense import assert_same, dense_triangle, full_triangle, log10_norms
from tests.core.nets import FORMS, Architecture, run
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.jacobians.product import product
from unrolled.core.norms.triangle import triangle


@st.composite
def chains(draw):
    """Draw a network and one of its derivatives; small ones first, so that a failure shrinks."""
    model, reset = draw(st.sampled_from(FORMS))
    architecture = Architecture(model, draw(st.integers(1, 3)), reset, draw(st.sampled_from(["tanh", "relu", "sine"])))
    derivative = draw(st.sampled_from(architecture.derivatives()))
    trace = run(
        architecture,
        draw(st.integers(1, 40), label="length"),
        draw(st.integers(1, 7), label="hidden"),
        features=draw(st.integers(1, 4), label="features"),
        init="gaussian",
        gain=draw(st.just(0.0) | st.floats(1e-3, 3), label="gain"),
        seed=draw(st.integers(0, 2**31 - 1), label="seed"),
        shift=draw(st.sampled_from([0.0, 0.0, 3.0, 50.0]), label="shift"),
    )
    return derivative.chain(trace)


@settings(max_examples=examples(60))
@given(chain=chains(), resolution=st.integers(1, 24), norm=st.sampled_from(["spectral", "frobenius"]))
def test_every_sampled_cell_is_the_plain_product(chain, resolution, norm):
    steps = sample_steps(chain.length, resolution)
    measured = triangle(chain, square_grid(steps), norm)
    order = 2 if norm == "spectral" else "fro"
    truth = np.full_like(measured, np.nan)
    for row, t in enumerate(steps):
        for column, k in enumerate(steps[: row + 1]):
            exact = product(chain, t, k)
            truth[row, column] = (
                exact.log10_scale + log10_norms([exact.matrix], order)[0] if exact.matrix.any() else -np.inf
            )
    assert_same(measured, truth, 1e-8)
    # Where plain float64 neither under- nor overflows.
    plain = dense_triangle(chain, order)[np.ix_(steps - 1, steps - 1)]
    in_range = np.abs(truth) < 140
    assert_same(truth[in_range], plain[in_range], 1e-8)


@settings(max_examples=examples(60))
@given(chain=chains(), data=st.data(), norm=st.sampled_from(["spectral", "frobenius"]))
def test_every_window_is_a_part_of_the_whole_triangle(chain, data, norm):
    chosen = st.lists(st.integers(1, chain.length), min_size=1, max_size=9, unique=True).map(sorted)
    grid = Grid(np.array(data.draw(chosen, label="t")), np.array(data.draw(chosen, label="k")))
    measured = triangle(chain, grid, norm)
    np.testing.assert_allclose(
        measured, full_triangle(chain, norm)[np.ix_(grid.t - 1, grid.k - 1)], atol=1e-8, rtol=1e-9
    )
