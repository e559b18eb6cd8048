"""The self-checks of a large state, whose products would be too much to multiply out."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Architecture, Derivative, random_rnn, run
from unrolled.core.checks.laws import law_checks

LARGE = [
    (architecture, hidden, wrt)
    for architecture, hidden in [
        (Architecture("rnn"), 520),
        (Architecture("lstm"), 100),
        (Architecture("gru", 2), 100),
        (Architecture("rnn", 3), 66),
    ]
    for wrt in "sx"
]
SOME = [(Architecture("rnn"), 520, "x"), (Architecture("lstm"), 100, "s"), (Architecture("rnn", 3), 66, "s")]


@pytest.mark.parametrize(("architecture", "hidden", "wrt"), few(LARGE, SOME), ids=str)
def test_of_a_large_state_single_directions_are_followed_over_many_steps(monkeypatch, architecture, hidden, wrt):
    derivative = Derivative("s", "s", architecture.layers, 1) if wrt == "s" else Derivative("h", "x")
    chain = derivative.chain(run(architecture, 40, hidden))
    checks = {check.name: check for check in law_checks(chain, None)}
    assert all(check.passed and check.value is not None for check in checks.values()), checks
    assert "along single directions over up to 24 steps" in checks["adjoint"].statement
    # What is wrong at one step in eleven hardly shows in the few steps that are multiplied out.
    layer = type(chain.layers[0])
    right = layer.left_multiply

    def left_multiply(self, steps, products):
        moved, powers = right(self, steps, products)
        return moved * np.where(steps % 11 == 0, 1.001, 1.0)[:, None, None], powers

    monkeypatch.setattr(layer, "left_multiply", left_multiply)
    assert {"adjoint", "derivative"} <= {check.name for check in law_checks(chain, None) if not check.passed}


def test_of_a_small_state_everything_is_multiplied_out():
    (adjoint,) = (check for check in law_checks(random_rnn(40, 16), None) if check.name == "adjoint")
    assert "along" not in adjoint.statement
