"""How many steps back hold a share of the squared influence, on triangles made by hand."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.behaviour.kept_share import sufficient_steps


def even(rate, length, stride=1):
    """Make a triangle that decays by one rate everywhere."""
    steps = np.arange(stride, length + 1, stride)
    lag = (steps[:, None] - steps[None, :]).astype(float)
    return np.where(lag >= 0, rate * lag, np.nan), steps


SHARES = few(
    product([-2.0, -0.3, -0.01, 0.0, 0.2], [0.1, 0.5, 0.9, 0.99, 0.999999]),
    [(-2.0, 0.99), (-0.3, 0.999999), (-0.01, 0.9), (0.0, 0.5), (0.2, 0.1)],
)


@pytest.mark.parametrize(("rate", "share"), SHARES)
def test_truncation_keeps_its_share_of_the_sum_of_squares_and_no_step_fewer_does(rate, share):
    triangle, steps = even(rate, 40)
    window = sufficient_steps(triangle, steps, share)[0]
    lag = steps[:, None] - steps
    squares = np.where(lag >= 0, 10.0 ** (2 * rate * lag), 0.0)

    def within(count):
        return squares[lag < count].sum() / squares.sum()

    assert within(window) >= share * (1 - 1e-12)
    assert window == 1 or within(window - 1) < share


def test_truncation_by_hand():
    # A pair each at lag 0, 1 and 2 of three steps: 3, 2 and 1 of six.
    triangle, steps = even(0.0, 3)
    assert [sufficient_steps(triangle, steps, share)[0] for share in (0.4, 0.5, 0.6, 0.8, 0.9, 1.0)] == [
        1,
        1,
        2,
        2,
        3,
        3,
    ]
    # Far below and far above what float64 squares.
    assert sufficient_steps(triangle - 5000, steps, 0.8) == sufficient_steps(triangle + 5000, steps, 0.8) == (2, 2)
    assert sufficient_steps(np.where(triangle == 0, -np.inf, triangle), steps, 0.8) == (1, 1)


def test_the_pairs_that_a_truncation_of_sixty_steps_keeps():
    lag = np.subtract.outer(np.arange(60), np.arange(60))
    chunk = np.arange(60) // 10
    assert np.count_nonzero(lag >= 0) == 1830
    assert np.count_nonzero((lag >= 0) & (lag < 10)) == 555
    assert np.count_nonzero((lag >= 0) & np.equal.outer(chunk, chunk)) == 330
    triangle, steps = even(0.0, 60)
    assert sufficient_steps(triangle, steps, 555 / 1830) == (10, 10)
    assert sufficient_steps(triangle, steps, 1010 / 1830) == (20, 20)


@pytest.mark.parametrize("rate", [-0.3, -0.02, -0.004, 0.0, 0.01])
@pytest.mark.parametrize("stride", [4, 25])
def test_of_samples_the_number_lies_between_two(rate, stride):
    every, sampled = even(rate, 400), even(rate, 400, stride)
    exact, _ = sufficient_steps(every[0], every[1], 0.99)
    low, high = sufficient_steps(sampled[0], sampled[1], 0.99)
    assert low <= exact <= high
    assert high - low <= 2 * stride or rate > -0.01
