"""The checks of paths and gradients against planted faults."""

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.paths.answers import SMALL, TEXT
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.core.jacobians.product import running_norms_back
from unrolled.core.jacobians.truncation import Truncation
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.paths import checks as paths_checks
from unrolled.views.paths import measure as paths_measure


def failed(**fields):
    """Name the laws that an answer breaks."""
    checks = VIEWS["paths"].checks(experiment(**SMALL | fields), Memo(2**26))
    assert {"paths", "cells"} <= {check.name for check in checks}
    return {check.name for check in checks if not check.passed}


@pytest.mark.parametrize(
    "fields",
    few(
        [{}, TEXT, {"truncation": "chunked"}, {"model": "attention"}, {"gain": 0}],
        [TEXT, {"truncation": "chunked"}, {"gain": 0}],
    ),
    ids=str,
)
def test_a_true_answer_breaks_no_law(fields):
    assert failed(**fields) == set()


def test_a_window_that_sees_one_step_too_many_is_noticed(monkeypatch):
    """The measured derivative leaks beyond the window, where the graph has no path."""
    right = VIEWS["paths"].compute(experiment(**SMALL), Memo(2**26)).models[4].log10_norm_full

    def leaking(trace, grid, norm):
        triangle = direct_triangle(trace, grid, norm)
        return np.where(triangle == -np.inf, right[0], triangle) if trace.reach == 4 else triangle

    monkeypatch.setattr("unrolled.core.derivatives.direct.direct_triangle", leaking)
    assert "paths" in failed()


@pytest.mark.parametrize("off", [-1, 1])
def test_a_truncation_that_keeps_another_number_of_steps_is_noticed(monkeypatch, off):
    right = Truncation.kept
    monkeypatch.setattr(Truncation, "kept", lambda self, t, k: right(Truncation(self.kind, self.window + off), t, k))
    assert failed(truncation="sliding") == {"paths"}
    assert failed() == set()


@pytest.mark.parametrize("wide", [{}, TEXT])
def test_a_size_that_is_a_millionth_too_large_is_noticed(monkeypatch, wide):
    right = paths_measure._sizes
    monkeypatch.setattr(paths_measure, "_sizes", lambda *arguments: right(*arguments) + np.log10(1 + 1e-6))
    assert failed(**wide) == {"cells"}


def test_a_check_computes_differently_from_the_answer(monkeypatch):
    """Vector-Jacobian products in the answer, products from the earlier end in the check: they share no fault."""

    def wrong(*arguments):
        return running_norms_back(*arguments) + 1e-6

    monkeypatch.setattr(paths_measure, "is_carried_back", lambda network: True)
    monkeypatch.setattr(paths_checks, "is_carried_back", lambda network: True)
    monkeypatch.setattr("unrolled.core.derivatives.chain.running_norms_back", wrong)
    assert failed() == {"cells"}
