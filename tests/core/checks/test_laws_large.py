"""The self-checks of a large state, whose products would be too much to multiply out."""

import numpy as np
import pytest

from tests.core.nets import Derivative, Kind, random_rnn, run
from unrolled.core.checks.laws import law_checks

LARGE = [(Kind("rnn"), 520), (Kind("lstm"), 100), (Kind("gru", 2), 100), (Kind("rnn", 3), 66)]


@pytest.mark.parametrize(("kind", "hidden"), LARGE, ids=str)
@pytest.mark.parametrize("way", [Derivative("s", "s"), Derivative("h", "x")], ids=str)
def test_of_a_large_state_single_directions_are_followed_over_many_steps(monkeypatch, kind, hidden, way):
    whole = Derivative("s", "s", kind.layers, 1) if way.wrt == "s" else way
    chain = whole.chain(run(kind, 40, hidden))
    found = {check.name: check for check in law_checks(chain, None)}
    assert all(check.passed and check.value is not None for check in found.values()), found
    assert "along single directions over up to 24 steps" in found["adjoint"].statement
    # What is wrong at one step in eleven is hardly met by the few steps that are multiplied out.
    layer = type(chain.layers[0])
    true = layer.left_multiply

    def left_multiply(self, steps, products):
        moved, powers = true(self, steps, products)
        return moved * np.where(steps % 11 == 0, 1.001, 1.0)[:, None, None], powers

    monkeypatch.setattr(layer, "left_multiply", left_multiply)
    assert {"adjoint", "derivative"} <= {check.name for check in law_checks(chain, None) if not check.passed}


def test_of_a_small_state_everything_is_multiplied_out():
    (adjoint,) = (check for check in law_checks(random_rnn(40, 16), None) if check.name == "adjoint")
    assert "along" not in adjoint.statement
