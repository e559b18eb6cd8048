"""What is read out of the state: ∂o_t/∂… is W_ho times the derivative of h_t."""

from itertools import product as cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import ARCHITECTURES, SOME_ARCHITECTURES, Architecture, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Norm
from unrolled.core.checks.laws import law_checks
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.jacobians.product import product, running_norms_back
from unrolled.core.networks.weights import draw_readout
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

LENGTH = 12


SOME = [
    (Architecture("rnn"), "h", 1), (Architecture("lstm"), "s", 3), (Architecture("lstm", 2), "x", 9),
    (Architecture("gru"), "x", 3), (Architecture("gru", 3, "before"), "h", 9), (Architecture("rnn", 2), "s", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("architecture", "wrt", "outputs"), few(cases(ARCHITECTURES, ["h", "s", "x"], [1, 3, 9]), SOME), ids=str
)
def test_it_is_the_readout_times_the_derivative_of_h(architecture: Architecture, wrt: str, outputs: int) -> None:
    trace = run(architecture, LENGTH, gain=1.5)
    readout = draw_readout(4, outputs, np.random.default_rng(3))
    origin = None if wrt == "x" else 1
    h_chain, o_chain = (
        jacobian_chain(trace, "h", wrt, None, origin),
        jacobian_chain(trace, "o", wrt, None, origin, readout.weight),
    )
    assert (o_chain.height, o_chain.is_full_state) == (outputs, False)
    for t, k in ((12, 1), (12, 12), (7, 3)):
        result, truth = product(o_chain, t, k), product(h_chain, t, k)
        expected = readout.weight @ truth.matrix * 10.0**truth.log10_scale
        matrix = result.matrix * 10.0**result.log10_scale if np.isfinite(result.log10_scale) else result.matrix
        np.testing.assert_allclose(matrix, expected, rtol=1e-10, atol=1e-14 * np.abs(expected).max())
        back = running_norms_back(o_chain, t, np.array([k]), "spectral")[0]
        largest = np.linalg.norm(expected, 2)
        assert np.isclose(10.0**back, largest, rtol=1e-10)
        assert np.isclose(10.0 ** log10_singular_values(o_chain, t, k)[0], largest, rtol=1e-8)


NORMS: list[Norm] = ["spectral", "frobenius"]
SOME_TRIANGLES: list[tuple[Architecture, int, Norm]] = [
    (Architecture("rnn"), 1, "spectral"), (Architecture("lstm"), 20, "spectral"),
    (Architecture("lstm"), 3, "frobenius"), (Architecture("gru"), 3, "spectral"),
    (Architecture("gru", 1, "before"), 20, "frobenius"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("architecture", "outputs", "norm"), few(cases(ARCHITECTURES[::3], [1, 3, 20], NORMS), SOME_TRIANGLES), ids=str
)
def test_every_cell_of_the_triangle(architecture: Architecture, outputs: int, norm: Norm) -> None:
    trace = run(architecture, 40, 16)
    readout = draw_readout(16, outputs, np.random.default_rng(5)).weight
    grid = square_grid(sample_steps(40, 40))
    for wrt in ("h", "x"):
        o_chain = jacobian_chain(trace, "o", wrt, readout=readout)
        log10_norms = triangle(o_chain, grid, norm)
        for t, k in ((1, 1), (40, 1), (40, 40), (25, 9), (33, 30)):
            result = product(o_chain, t, k)
            size = np.linalg.norm(result.matrix, 2 if norm == "spectral" else "fro")
            assert abs(log10_norms[t - 1, k - 1] - (np.log10(size) + result.log10_scale)) < 1e-8
        assert np.isnan(log10_norms[np.triu_indices(40, 1)]).all()


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_the_laws_hold(architecture: Architecture) -> None:
    readout = draw_readout(4, 3, np.random.default_rng(7)).weight
    for wrt in ("h", "x"):
        checks = law_checks(jacobian_chain(run(architecture, 30), "o", wrt, readout=readout), None)
        assert all(check.passed for check in checks), [check for check in checks if not check.passed]


def test_predictions_are_those_of_a_linear_layer() -> None:
    readout = draw_readout(4, 2, np.random.default_rng(0))
    assert np.abs(readout.weight).max() <= 0.5
    h = np.random.default_rng(1).standard_normal((5, 4))
    expected = [readout.weight @ row + readout.bias for row in h]
    np.testing.assert_allclose(readout.outputs(h), expected)
