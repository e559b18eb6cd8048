"""The self-checks pass on true triangles and fail on planted faults."""

import numpy as np
import pytest

from app.core.activations import ACTIVATIONS
from app.core.bounds import weight_facts
from app.core.checks import influence_checks
from app.core.triangle import sample_steps, triangle
from tests.core.nets import drawn, given


def checked(trace, norm="spectral", spoil=None, gamma=1.0):
    steps = sample_steps(trace.length, 256)
    sizes = triangle(trace, steps, norm)
    if spoil is not None:
        spoil(sizes)
    found = influence_checks(trace, steps, sizes, norm, weight_facts(trace.weight_hh, gamma))
    return {check.name: check for check in found}


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_true_triangles_pass(activation, norm):
    found = checked(drawn(40, 6, activation), norm, gamma=ACTIVATIONS[activation].gamma)
    assert set(found) == {"diagonal", "bound", "composition", "norm order"}
    assert all(check.passed for check in found.values()), found


def test_dead_and_extreme_networks_pass():
    assert all(check.passed for check in checked(given(np.eye(3), 9, "relu", bias=-1.0)).values())
    assert all(check.passed for check in checked(given(np.zeros((3, 3)), 9, "tanh")).values())
    assert all(check.passed for check in checked(given(np.eye(3), 9, "tanh", bias=250.0)).values())
    assert all(check.passed for check in checked(drawn(1, 3)).values())


def test_planted_faults_are_found():
    trace = drawn(20, 5)

    def shifted(sizes):
        sizes += 1e-6

    def raised(sizes):
        sizes[-1, 0] = 3.0

    assert not checked(trace, spoil=shifted)["diagonal"].passed
    assert not checked(trace, spoil=shifted)["composition"].passed
    assert not checked(trace, spoil=raised)["bound"].passed
    assert not checked(trace, gamma=0.2)["bound"].passed
