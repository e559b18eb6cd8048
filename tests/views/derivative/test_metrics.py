"""Single numbers of a network: each is that of the view that shows it, and what is missing says why."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.models import RECURRENT
from tests.views.answers import answer, experiment, own
from unrolled.runtime.memo import Memo
from unrolled.views.derivative.metrics import METRICS, METRICS_VIEW

FIELDS = [{"wrt": "x"}, {"layers": 3, "origin": 1}, {"of": "s"}, {"layers": 2, "layer": 1, "wrt": "x"}]
CHOSEN = [("rnn", FIELDS[3]), ("lstm", FIELDS[2]), ("gru", FIELDS[1]), ("mingru", FIELDS[0])]


def measured(network=None, **fields):
    """Measure everything that can be asserted."""
    return METRICS_VIEW.compute(network or experiment(**fields), Memo(2**26))


@pytest.mark.parametrize(("model", "fields"), few(product(RECURRENT, FIELDS), CHOSEN))
def test_everything_is_measured_of_any_derivative(model, fields):
    metrics = measured(length=20, hidden=4, model=model, **fields)
    assert list(metrics.values) == list(METRICS)
    missing = set() if model == "rnn" else {"sigma_max", "spectral_radius"}
    assert {name for name, value in metrics.values.items() if value is None} == set(metrics.missing) == missing
    assert all(name == "verdict" or value is None or value > -1e300 for name, value in metrics.values.items())


def test_each_number_is_that_of_the_view_that_shows_it():
    fields = {"length": 20, "hidden": 4, "t": 15, "k": 4}
    metrics = measured(**fields)
    values = metrics.values
    summary = answer("influence", **fields)["summary"]
    decay, diagnosis = (answer(view, **fields) for view in ("decay", "diagnosis"))
    assert metrics.summary == summary
    assert all(values[name] == summary[name] for name in ("verdict", "rate", "horizon"))
    assert values["horizon_low"] == diagnosis["horizon_low"]
    assert values["truncation"] == diagnosis["truncation"]["steps"]
    assert values["dead"] == len(diagnosis["units"]["dead"])
    assert values["saturated"] == len(diagnosis["units"]["saturated"])
    assert values["log10_norm"] == pytest.approx(answer("jacobian", **fields)["log10_norm"], abs=1e-10)
    assert values["sigma_max"] == pytest.approx(decay["sigma_max"])
    assert values["spectral_radius"] == pytest.approx(decay["spectral_radius"])


def test_a_number_that_does_not_exist_says_why():
    gates = measured(length=20, hidden=4, model="lstm").missing
    assert gates["sigma_max"].startswith("sigma_max: an lstm has a recurrent matrix for every gate")
    assert measured(length=1).missing["rate"].startswith("rate: there is only one lag with a path")
    dead = measured(length=20, hidden=4, gain=0)
    assert (dead.values["rate"], dead.values["log10_norm"]) == (-np.inf, -np.inf)
    assert "the rate is −∞ and is compared as that" in dead.missing["rate"]
    assert "its logarithm is −∞" in dead.missing["log10_norm"]


def test_a_horizon_that_never_ends_is_the_length():
    metrics = measured(own([[1.0]], length=9))
    assert metrics.summary["horizon"] is None
    assert metrics.values["horizon"] == 9


def test_the_numbers_are_one_table():
    metrics = measured(length=5, hidden=2, model="gru")
    assert metrics.columns()["name"] == list(METRICS)
    assert np.isnan(metrics.arrays()["sigma_max"])
    assert METRICS_VIEW.figure(metrics) == {"data": [], "layout": {}}
