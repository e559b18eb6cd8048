"""The forward pass of a model without recurrence, whichever it is: triangle, causality, prefixes, hidden layer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples, few
from tests.core.feedforward.nets import all_jacobians, network, random_run, random_trace
from tests.models import DIRECT
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Norm
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.errors import Overflow

EVERY = pytest.mark.parametrize("model", DIRECT)
NORMS: list[Norm] = ["spectral", "frobenius"]
GRIDS = [square_grid(sample_steps(30, 7)), Grid(np.array([30]), np.arange(1, 31))]
CASES = [(model, norm, size) for model in DIRECT for norm in NORMS for size in (1, 2, 5)]
SOME_CASES = [
    ("mlp", "spectral", 2),
    ("window", "frobenius", 5),
    ("attention", "frobenius", 1),
    ("attention", "spectral", 5),
]


@pytest.mark.parametrize(("model", "norm", "size"), few(CASES, SOME_CASES))
def test_a_triangle_holds_the_norms_of_the_jacobians(model, norm, size):
    trace = random_trace(model, 30, size=size)
    norms = np.linalg.norm(all_jacobians(trace), 2 if norm == "spectral" else None, axis=(2, 3))
    for grid in GRIDS:
        expected = np.where(grid.t[:, None] >= grid.k, norms[np.ix_(grid.t - 1, grid.k - 1)], np.nan)
        np.testing.assert_allclose(10.0 ** direct_triangle(trace, grid, norm), expected, rtol=1e-12)


@EVERY
def test_no_jacobian_leads_from_a_later_input(model):
    matrices, _ = random_trace(model, 8).scaled_jacobians(3, np.arange(4, 9))
    assert not matrices.any()


@EVERY
def test_the_output_is_linear_in_the_hidden_layer(model):
    parameters, _, trace = random_run(network(model))
    bias = parameters["bias_o"]
    if model == "attention":
        # The hidden layer is the mixture without the bias of the values.
        bias = bias + parameters["weight_o"] @ parameters["bias_v"]
    np.testing.assert_allclose(trace.hidden() @ parameters["weight_o"].T + bias, trace.outputs, rtol=1e-11, atol=1e-13)


@EVERY
def test_what_leaves_float64_is_refused_with_its_step(model):
    net = network(model, activation="identity")
    parameters, inputs, _ = random_run(net)
    inputs[4] = 1e308
    with pytest.raises(Overflow, match="step 5"):
        net.run({name: 100.0 * array for name, array in parameters.items()}, inputs)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.sampled_from(sorted(DIRECT)), st.integers(1, 14), st.integers(1, 4), st.integers(1, 6), st.booleans(),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_an_output_is_that_of_the_prefix_and_its_row_too(model, length, size, window, positions, seed):
    net = network(model, size, window=window, positions=positions)
    _, inputs, trace = random_run(net, length, seed=seed)
    t = 1 + seed % length
    short = trace.rerun(inputs[:t])
    np.testing.assert_allclose(short.outputs, trace.outputs[:t], rtol=1e-10, atol=1e-13)
    steps = np.arange(1, t + 1)
    np.testing.assert_allclose(short.jacobians(t, steps), trace.jacobians(t, steps), rtol=1e-8, atol=1e-13)
