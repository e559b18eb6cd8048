"""Determinants: singular only what is, a number only what certainly is one."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import ARCHITECTURES, Architecture, rnn_with, run
from unrolled.core.spectra import determinant
from unrolled.core.spectra.determinant import log_determinant, sum_of_log_determinants

SINGULAR = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])


def hilbert(size):
    return 1.0 / (np.arange(size)[:, None] + np.arange(size) + 1.0)


def test_exact_arithmetic_decides_where_a_bound_cannot():
    assert log_determinant(SINGULAR) == -np.inf
    assert log_determinant(0.1 * SINGULAR) > -200
    nearly = SINGULAR.copy()
    nearly[2, 2] += 2.0**-49
    assert log_determinant(nearly) == pytest.approx(np.log(3.0 * 2.0**-49), rel=1e-12)
    assert log_determinant(np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]])) == pytest.approx(-52 * np.log(2.0))
    assert log_determinant(np.empty((0, 0))) == 0.0
    assert log_determinant(np.diag([1e-300, 1e-300, 1e300])) == pytest.approx(-300 * np.log(10.0))
    assert log_determinant(np.array([[0.0, 1.0], [0.0, 2.0]])) == -np.inf


def test_errors_of_the_entries_leave_it_open():
    tiny = np.full((3, 3), 1e-15)
    assert np.isnan(log_determinant(SINGULAR, tiny))
    # They may hide a row of zeros as well.
    assert np.isnan(log_determinant(np.diag([1.0, 0.0]), np.full((2, 2), 1e-15)))
    assert log_determinant(np.diag([1.0, 0.0]), np.zeros((2, 2))) == -np.inf
    regular = SINGULAR + np.diag([0.0, 0.0, 1.0])
    assert log_determinant(regular, tiny) == pytest.approx(np.log(3.0), abs=1e-12)
    assert np.isnan(log_determinant(hilbert(14), 1e-16 * hilbert(14)))


@pytest.mark.parametrize("size", [1, 2, 5, 16, 60, 200])
def test_ordinary_matrices_need_no_exact_arithmetic(size, monkeypatch):
    monkeypatch.setattr("unrolled.core.arrays.exact.log_determinant", lambda matrix: pytest.fail("exact"))
    matrix = np.random.default_rng(size).standard_normal((size, size))
    matrix *= np.ldexp(1.0, np.random.default_rng(1).integers(-300, 300, size))[:, None]
    assert log_determinant(matrix) == pytest.approx(np.linalg.slogdet(matrix)[1], rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_one(seed):
    """Whatever is within the errors has its determinant within the bound."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 8))
    matrix, errors = rng.standard_normal((size, size)), 10.0 ** rng.uniform(-14, -1) * rng.random((size, size))
    value, bound = determinant._by_rotations(matrix, errors)
    for _ in range(40):
        other = matrix + errors * rng.choice([-1.0, 1.0], matrix.shape)
        assert abs(np.linalg.slogdet(other)[1] - value) <= bound


@pytest.mark.parametrize(
    "architecture",
    few(
        [each for each in ARCHITECTURES if each.layers == 1],
        [
            Architecture("rnn"),
            Architecture("lstm"),
            Architecture("gru"),
            Architecture("gru", 1, "before"),
            Architecture("mingru"),
        ],
    ),
    ids=str,
)
def test_the_parts_are_those_of_the_whole_jacobian(architecture, monkeypatch):
    monkeypatch.setattr(determinant, "_BLOCK", 4)
    layer = run(architecture, 15, 4, gain=1.5).layers[0]
    truth = np.linalg.slogdet(layer.jacobians(np.arange(4, 16)))[1].sum()
    assert sum_of_log_determinants(layer, 3, 15) == pytest.approx(truth, abs=1e-9)
    terms, jacobians = layer.jacobian_terms(np.arange(1, 16)), layer.jacobians(np.arange(1, 16))
    assert (terms >= np.abs(jacobians) * (1.0 - 1e-12)).all()


def test_a_difference_of_state_and_candidate_is_as_wrong_as_its_terms():
    layer = run(Architecture("gru"), 15, 4, gain=1.5).layers[0]
    w_z, z = np.split(layer.weights.weight_hh, 3)[1], layer.unit_factors(np.arange(1, 16))["z"]
    assert (layer.jacobian_terms(np.arange(1, 16)) >= (z * (1.0 - z))[:, :, None] * np.abs(w_z)).all()


def test_one_singular_step_is_enough():
    closed = rnn_with(np.eye(3), 9, "relu", bias=-1.0).layers[0]
    assert sum_of_log_determinants(closed, 1, 9) == -np.inf
    linear = rnn_with(SINGULAR, 9, "identity").layers[0]
    assert sum_of_log_determinants(linear, 1, 9) == -np.inf
    # Slopes multiply W_hh exactly: what rounding makes of their product decides nothing.
    curved = rnn_with(SINGULAR / 9.0, 9, "tanh", bias=0.3).layers[0]
    assert np.isfinite(sum_of_log_determinants(curved, 1, 9))
    integers = rnn_with(SINGULAR / 16.0, 9, "tanh", bias=0.3).layers[0]
    assert sum_of_log_determinants(integers, 1, 9) == -np.inf
