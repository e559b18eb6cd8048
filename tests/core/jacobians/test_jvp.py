"""One direction, carried: the same as the product times that direction."""

import numpy as np
import pytest

from tests.core.nets import SOME_DERIVATIVES, dense_product, rnn_with, run
from unrolled.core.jacobians.jvp import directional_derivative, jvp


@pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
def test_a_direction_is_multiplied_as_by_the_product(architecture, derivative):
    chain = derivative.chain(run(architecture, 12, 3))
    v = np.random.default_rng(0).standard_normal(chain.width)
    for t, k in ((9, 9), (9, 8), (12, 3)):
        expected = dense_product(chain, t, k) @ v
        for carry in (jvp, directional_derivative):
            vector, scale = carry(chain, t, k, v)
            tangent = vector * 10.0**scale if scale > -np.inf else vector
            np.testing.assert_allclose(tangent, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max(initial=0.0))


def test_a_direction_has_a_scale_of_its_own():
    chain = rnn_with(1e-3 * np.eye(2), 400, "identity")
    vector, scale = jvp(chain, 400, 1, np.array([3.0, 4.0]))
    np.testing.assert_allclose(vector, [0.6, 0.8])
    assert scale == pytest.approx(np.log10(5) - 3 * 399)
    dead, nothing = jvp(rnn_with(np.zeros((2, 2)), 9, "tanh"), 9, 1, np.ones(2))
    assert nothing == -np.inf
    assert not dead.any()
