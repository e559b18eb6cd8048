"""All singular values against the lag, and Lyapunov exponents that add up."""

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of, own, products, result_of, unpacked
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


def determinant(**fields):
    """Return the check that exponents add up to the determinants; None where there is none."""
    checks = VIEWS["spectrum"].checks(experiment(**fields), Memo(2**26))
    return next((check for check in checks if check.name == "determinant"), None)


def test_every_value_is_one_of_the_products():
    network = experiment(length=9, hidden=4, init="gaussian", gain=1.2, t=9, k=2)
    payload, expected = answer("spectrum", network), products(network)
    assert (payload["k"], payload["lag"]) == (2, list(range(8)))
    for lag, values in zip(payload["lag"], payload["log10_singular_values"], strict=True):
        sizes = np.linalg.svd(expected[2 + lag, 2], compute_uv=False)
        assert values == pytest.approx(np.log10(sizes), abs=1e-7)


@pytest.mark.parametrize(
    "fields",
    [
        {"length": 40, "hidden": 8},
        {"length": 64, "hidden": 4, "activation": "sigmoid"},
        {"length": 30, "hidden": 5, "model": "gru"},
        {"length": 30, "hidden": 5, "model": "gru", "reset": "before"},
        {"length": 30, "hidden": 4, "model": "lstm", "of": "s", "wrt": "s"},
        {"length": 30, "hidden": 4, "init": "gaussian", "gain": 2.5, "t": 25, "k": 3},
    ],
)
def test_exponents_add_up_to_the_determinants(fields):
    payload = answer("spectrum", **fields)
    exponents = payload["lyapunov_exponents"]
    assert exponents == sorted(exponents, reverse=True)
    assert sum(exponents) == pytest.approx(payload["log_determinant"], abs=1e-9, rel=1e-9)
    assert payload["lyapunov_sum"] == pytest.approx(sum(exponents))
    check = determinant(**fields)
    assert check is not None
    assert check.passed


def test_the_determinant_is_that_of_the_factors():
    network = experiment(length=8, hidden=3, init="gaussian")
    expected = sum(np.linalg.slogdet(products(network)[j, j - 1])[1] for j in range(2, 9)) / 7
    assert answer("spectrum", network)["log_determinant"] == pytest.approx(expected)


def test_a_linear_net_has_the_logarithms_of_its_eigenvalues():
    payload = answer("spectrum", own(np.diag([0.5, 0.25, 2.0]), length=11))
    assert payload["lyapunov_exponents"] == pytest.approx(np.log([2.0, 0.5, 0.25]))
    assert payload["log10_singular_values"][-1] == pytest.approx(10 * np.log10([2.0, 0.5, 0.25]))
    assert payload["sentence"].startswith(
        "After 10 steps the best of 3 directions has the gain 10^3, and it alone arrives"
    )
    assert payload["sentence"].endswith("The largest Lyapunov exponent over this time is 0.693 a step.")


def test_part_of_a_state_has_no_exponents():
    for fields in ({"model": "lstm"}, {"wrt": "x"}, {"model": "gru", "layers": 2, "origin": 1}):
        payload = answer("spectrum", length=9, hidden=3, **fields)
        assert payload["lyapunov_exponents"] is None
        assert payload["log_determinant"] is None
        assert determinant(length=9, hidden=3, **fields) is None


def test_a_single_step_has_one_lag_and_no_exponents():
    result = answer("spectrum", length=1, hidden=3)
    assert result["lag"] == [0]
    assert result["log10_singular_values"] == [[0, 0, 0]]
    assert result["lyapunov_exponents"] is None
    assert result["sentence"].startswith(
        "Within one step the best of 3 directions has the gain 1, and 3 of them arrive"
    )


def test_a_dead_network_says_so():
    payload = answer("spectrum", own([[0.0, 1.0], [0.0, 0.0]], length=4))
    assert payload["log10_singular_values"][-1] == [None, None]
    assert payload["sentence"] == "After 3 steps every direction is exactly zero."
    assert payload["lyapunov_exponents"] == [None, None]


def test_a_single_direction_is_no_best_of_many():
    assert (
        answer("spectrum", own([[0.1]], length=4))["sentence"] == "After 3 steps the only direction has the gain 10^−3."
    )


def test_columns_are_one_row_a_value():
    columns = result_of("spectrum", length=4, hidden=2).columns()
    assert list(columns["lag"]) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert list(columns["index"]) == [1, 2] * 4


def test_the_figure_has_a_line_a_direction_and_says_when_there_is_none():
    figure = figure_of("spectrum", length=9, hidden=3)
    assert [trace["name"] for trace in figure["data"]] == ["σ<sub>1</sub>", "σ<sub>2</sub>", "σ<sub>3</sub>"]
    assert unpacked(figure["data"][0]["y"])[0] == 0
    assert len(figure_of("spectrum", length=4, hidden=50)["data"]) == 48


def test_what_is_not_certain_is_held_to_nothing():
    # Some exponents are exactly zero directions, and whether a factor is singular is not certain.
    fields = {"length": 30, "hidden": 33, "activation": "selu", "gain": 5, "seed": 29, "input": "sine", "amplitude": 0}
    result = result_of("spectrum", **fields)
    assert np.isneginf(result.exponents).any()
    assert (result.singular, result.distance) == (None, None)
