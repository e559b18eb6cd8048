"""Singular means singular: determinants in fractions of every factor, and of what a matrix is whose powers end."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.truth.networks import MEMO, NETWORKS, asked, linear
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import chain_of
from unrolled.views import VIEWS

RNNS = [
    name
    for name, one in NETWORKS.items()
    if one.query.model == "rnn" and one.query.layers == 1 and 1 < one.query.length <= 120 and one.query.wrt == "h"
]


def determinant(rows: list[list[float]]) -> Fraction:
    """Eliminate in fractions."""
    left, result = [[Fraction(number) for number in row] for row in rows], Fraction(1)
    while left:
        pivot = next((row for row in left if row[0]), None)
        if pivot is None:
            return Fraction(0)
        left.remove(pivot)
        result *= pivot[0]
        left = [[a - row[0] / pivot[0] * b for a, b in zip(row[1:], pivot[1:], strict=True)] for row in left]
    return abs(result)


def spectrum(experiment: Experiment):
    result = VIEWS["spectrum"].compute(experiment, MEMO)
    return result.payload(), result.sentence()


def assert_true(experiment: Experiment) -> None:
    """Hold ln |det| a step, and whether a factor is singular, to ∏ φ′ · det W in fractions."""
    told, sentence = spectrum(experiment)
    (layer,) = chain_of(experiment, MEMO).layers
    k, t = experiment.query.earlier, experiment.query.earlier + told["lag"][-1]
    slopes, weight = layer.unit_factors(np.arange(k + 1, t + 1))["slope"], layer.weights.weight_hh
    truth = determinant(weight.tolist())
    is_singular = not truth or not slopes.all()
    assert told["singular"] is is_singular
    assert (told["log_determinant"] is None) == is_singular
    assert ("exactly zero" in sentence) == is_singular
    if not is_singular:
        with mpmath.workdps(30):
            size = mpmath.log(mpmath.mpf(truth.numerator)) - mpmath.log(mpmath.mpf(truth.denominator))
            mean = float(size + sum(mpmath.log(abs(slope)) for slope in slopes.ravel().tolist()) / (t - k))
        assert told["log_determinant"] == pytest.approx(mean, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", RNNS)
def test_a_factor_is_singular_where_fractions_say_so(name):
    assert_true(NETWORKS[name])


MATRICES = {
    "one to nine": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
    "one to nine, and a last digit": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.000000000000002]],
    "tenths, which float64 does not have": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
    "a row twice": [[0.3, 0.7], [0.3, 0.7]],
    "a row thrice, but rounded": [[0.1, 0.7], [0.1 * 3, 0.7 * 3]],
    "far apart": [[1e100, 1.0], [1.0, 1e-100]],
    "small and regular": [[1e-9, 0.0], [0.0, 1e-9]],
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_is_singular_where_fractions_say_so(name):
    assert_true(linear(MATRICES[name], 2 if name == "far apart" else 6))


@given(
    st.integers(1, 4).flatmap(
        lambda size: st.lists(st.lists(st.integers(-3, 3), min_size=size, max_size=size), min_size=size, max_size=size)
    ),
    st.sampled_from([1.0, 0.5, 0.1, 1e-12]),
)
@settings(max_examples=examples(80), deadline=None)
def test_small_integers_are_often_singular(rows, scale):
    assert_true(linear([[scale * number for number in row] for row in rows], 4))


@pytest.mark.parametrize(
    "fields", [{"model": "lstm", "of": "s", "wrt": "s"}, {"model": "gru"}, {"model": "mingru"}], ids=str
)
def test_gates_have_the_determinant_of_their_jacobians(fields):
    experiment = asked(length=12, hidden=3, **fields)
    chain = chain_of(experiment, MEMO)
    logs = [mpmath.log(abs(mpmath.det(mpmath.matrix(J.tolist())))) for J in chain.jacobians(np.arange(2, 13))]
    assert spectrum(experiment)[0]["log_determinant"] == pytest.approx(float(sum(logs)) / 11, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "radius"),
    [([[2.0, -1.0], [4.0, -2.0]], 0.0), ([[1e-13, 0.0], [0.0, 1e-13]], 1e-13), ([[0.0, 1.0], [0.0, 0.0]], 0.0)],
)
def test_nilpotent_is_what_ends_and_not_what_is_small(rows, radius):
    experiment = linear(rows, 6)
    told = VIEWS["decay"].compute(experiment, MEMO).payload()
    assert told["spectral_radius"] == pytest.approx(radius, rel=1e-9, abs=0.0)
    power = np.linalg.matrix_power(np.array([[Fraction(number) for number in row] for row in rows]), len(rows))
    assert (not power.any()) == (radius == 0.0)
