"""What credit tells of lags: C[t, k] of every pair by loops, and what leaving some out does to the gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.truth.networks import MEMO, NETWORKS, asked
from tests.views.loss_by_autograd import Plain
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.views import VIEWS

RNNS = [
    name
    for name, experiment in NETWORKS.items()
    if experiment.query.model == "rnn" and experiment.query.layers == 1 and 1 < experiment.query.length <= 130
]


def pairs(experiment: Experiment):
    """Compute C[t, k] of a vanilla RNN, by its lag t − k and t: (T, T, H, H), zero where there is no pair."""
    forward, query = run(experiment, MEMO), experiment.query
    x, weights, readout = forward.sequence.inputs, forward.parameters, forward.readout
    w, u = weights["weight_ih_l0"], weights["weight_hh_l0"]
    phi = ACTIVATIONS[query.activation]
    h, slope = [np.zeros(len(u))], [np.zeros(len(u))]
    for entering in x:
        a = w @ entering + weights["bias_ih_l0"] + u @ h[-1] + weights["bias_hh_l0"]
        h.append(phi.function(a))
        slope.append(phi.derivative(a))
    steps = range(1, len(x)) if query.loss == "sum" else [len(x) - 1]
    credit = np.zeros((len(x) - 1, len(x), *u.shape))
    for t in steps:
        gap = readout.weight @ h[t] + readout.bias - x[t]
        d_h = 2.0 * gap / len(gap) @ readout.weight
        for k in range(t, 0, -1):
            delta = d_h * slope[k]
            credit[t - k, t] = np.outer(delta, h[k - 1])
            d_h = delta @ u
    return credit


def residual(credit):
    """Measure how much of the gradient's length the pairs at a lag above n leave out, for every n."""
    by_lag = credit.sum(axis=1)
    whole = np.linalg.norm(by_lag.sum(axis=0))
    return np.array([np.linalg.norm(by_lag[lag + 1 :].sum(axis=0)) for lag in range(len(by_lag))]) / whole


def assert_true(experiment: Experiment, credit) -> None:
    """Hold everything that is told of lags to the definition."""
    result = VIEWS["credit"].compute(experiment, MEMO)
    told, sentence = result.payload(), result.sentence
    if not credit.any():
        assert told["reached"] is None
        assert "exactly zero" in sentence
        return
    left = residual(credit)
    reached = min(lag for lag in range(len(left)) if (left[lag:] <= 0.1).all())
    assert told["reached"] == reached
    assert told["residual_by_lag"] == pytest.approx(left[: len(told["residual_by_lag"])], rel=1e-6, abs=1e-9)
    assert sentence.values["left"] == pytest.approx(left[reached], rel=1e-6, abs=1e-9)
    assert sentence.values["most"] == 0.9
    if reached:
        assert sentence.values["reached"] == reached
        assert f"lags up to {reached}:" in sentence
        assert sentence.values["own"] == pytest.approx(left[0], rel=1e-6)
    query = experiment.query
    if query.truncation == "none":
        return
    lag, t = np.indices(credit.shape[:2])
    k = t - lag
    kept = (t - 1) // query.window == (k - 1) // query.window if query.truncation == "chunked" else lag < query.window
    whole, cut = credit.sum(axis=(0, 1)), credit[~kept].sum(axis=0)
    note = result.notes[-1].values
    assert note["error"] == told["truncation"]["error"]
    assert note["error"] == pytest.approx(np.linalg.norm(cut) / np.linalg.norm(whole), rel=1e-6, abs=1e-9)
    share = 1.0 - (cut * whole).sum() / np.square(whole).sum()
    assert note["kept_share"] == told["truncation"]["share"] == pytest.approx(share, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", RNNS)
def test_most_of_the_gradient_is_what_leaves_out_a_tenth_of_its_length(name):
    assert_true(NETWORKS[name], pairs(NETWORKS[name]))


def test_a_projection_is_not_enough():
    experiment = asked(length=80, hidden=8, seed=18, gain=2.5)
    credit = pairs(experiment)
    by_lag = credit.sum(axis=1)
    whole = by_lag.sum(axis=0)
    projected = np.cumsum((by_lag * whole).sum(axis=(1, 2))) / np.square(whole).sum()
    lag = int(np.flatnonzero(projected < 0.9)[-1]) + 1
    assert residual(credit)[lag] > 0.9
    assert_true(experiment, credit)


@given(
    st.fixed_dictionaries(
        {
            "length": st.integers(2, 24),
            "seed": st.integers(0, 200),
            "gain": st.floats(0.0, 4.0),
            "loss": st.sampled_from(["sum", "last"]),
            "activation": st.sampled_from(["tanh", "relu", "identity", "sine"]),
            "truncation": st.sampled_from(["none", "chunked", "sliding"]),
            "window": st.integers(1, 25),
        }
    )
)
@settings(max_examples=examples(60), deadline=None)
def test_any_network_is_told_as_it_is(fields):
    experiment = asked(hidden=3, amplitude=2.0, **fields)
    assert_true(experiment, pairs(experiment))


@pytest.mark.parametrize(
    "fields", [{"model": "lstm"}, {"model": "gru"}, {"model": "gru", "layers": 2, "layer": 1}], ids=str
)
def test_gates_leave_out_what_a_detached_state_does(fields):
    experiment = asked(length=8, hidden=3, forget_bias=2, **fields)
    plain = Plain(experiment)
    whole = sum(plain.gradient(t, 0) for t in plain.steps)
    kept = [sum(plain.gradient(t, max(t - lag - 1, 0)) for t in plain.steps) for lag in range(len(plain.steps))]
    left = np.array([np.linalg.norm(whole - part) for part in kept]) / np.linalg.norm(whole)
    told = VIEWS["credit"].compute(experiment, MEMO).payload()
    assert told["residual_by_lag"] == pytest.approx(left[: len(told["residual_by_lag"])], rel=1e-6, abs=1e-9)
    assert told["reached"] == min(lag for lag in range(len(left)) if (left[lag:] <= 0.1).all())


def test_a_sample_tells_of_its_own_gradient(monkeypatch):
    monkeypatch.setattr("unrolled.core.cost.loss._LITTLE", 0.0)
    experiment = asked(length=60, hidden=4, resolution=8, gain=1.6, truncation="sliding", window=5, seed=3)
    credit = pairs(experiment)
    shown = VIEWS["credit"].compute(experiment, MEMO).credit.t
    assert 1 < len(shown) < 59
    credit[:, np.setdiff1d(np.arange(60), shown)] = 0.0
    assert_true(experiment, credit)


@pytest.mark.parametrize(
    "fields", [{"gain": 2.0}, {"model": "gru"}, {"model": "lstm", "layers": 2, "layer": 1}], ids=str
)
def test_it_tells_of_a_truncation_what_its_bias_does(fields):
    experiment = asked(length=40, hidden=5, truncation="sliding", window=12, **fields)
    credit, bias = (VIEWS[view].compute(experiment, MEMO).payload() for view in ("credit", "bias"))
    measured = bias["sliding"]["bias"]
    assert credit["truncation"]["error"] == pytest.approx(measured[bias["windows"].index(12)], rel=1e-9)
    # Lags up to n are what a window of n + 1 steps keeps.
    assert credit["residual_by_lag"] == pytest.approx(measured[: len(credit["residual_by_lag"])], rel=1e-9, abs=1e-12)
    assert all(left <= 0.1 for left in measured[credit["reached"] :])
    assert credit["reached"] == 0 or measured[credit["reached"] - 1] > 0.1
