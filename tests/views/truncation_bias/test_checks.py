"""The checks of the bias pass on true curves, and notice wrong ones."""

import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.test_checks import failed
from unrolled.core.loss import truncation_bias as core
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


@pytest.mark.parametrize(
    "fields", few([{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}], 2)
)
def test_true_curves_break_no_law(fields):
    checks = VIEWS["bias"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
    assert [check.name for check in checks] == ["whole", "one step", "difference"]
    assert all(check.passed and check.value is not None for check in checks)


def test_chunks_that_end_one_step_late_are_noticed(monkeypatch):
    true = core.chunked_gradients
    monkeypatch.setattr(core, "chunked_gradients", lambda sweep, windows: true(sweep, windows + 1))
    assert failed("bias") == {"one step"}


def test_a_loss_that_is_forgotten_is_noticed(monkeypatch):
    true = core.sliding_gradients
    monkeypatch.setattr(core, "sliding_gradients", lambda sweep, windows: true(sweep.only(sweep.steps[:-1]), windows))
    assert failed("bias") == {"whole", "one step"}
