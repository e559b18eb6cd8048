"""The self-checks of models without recurrence: silent about what is right, and about nothing that is wrong."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.cases import few
from tests.core.feedforward.nets import network, random_run, random_trace
from tests.models import DIRECT
from unrolled.core.arrays.types import Norm
from unrolled.core.checks import feedforward
from unrolled.core.checks.feedforward import _extrapolated, _rows_after, direct_checks
from unrolled.core.feedforward.attention import AttentionTrace
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.core.networks.activations import ACTIVATIONS

TWO_MODELS = pytest.mark.parametrize("model", few(DIRECT, ["window", "attention"]))
Kind = type[MLPTrace | AttentionTrace]
KINDS: Mapping[str, Kind] = {"mlp": MLPTrace, "window": MLPTrace, "attention": AttentionTrace}


def failed(trace):
    return {check.name for check in direct_checks(trace) if not check.passed}


CASES = [(model, length, size) for model in DIRECT for length in (1, 2, 7, 60, 1500) for size in (1, 5)]
SOME_CASES = [
    ("mlp", 1, 1), ("mlp", 60, 5), ("window", 2, 5), ("window", 7, 1), ("window", 1500, 5), ("attention", 1, 5),
    ("attention", 60, 5), ("attention", 1500, 1),
]  # fmt: skip


@pytest.mark.parametrize(("model", "length", "size"), few(CASES, SOME_CASES))
def test_what_is_right_passes(model, length, size):
    checks = {check.name: check for check in direct_checks(random_trace(model, length, size=size))}
    assert all(check.passed for check in checks.values())
    reach = [] if model == "attention" else ["reach"]
    assert list(checks) == ["derivative", "causality", *reach, "cells", "norm order"]
    if length > 2:
        assert checks["derivative"].value is not None
        assert checks["derivative"].value < 1e-7
        assert checks["causality"].value == 0.0
        if reach and length > 10:
            assert checks["reach"].value == 0.0


ACTIVATED = [(activation, large) for activation in ACTIVATIONS for large in (0.1, 1.0, 5.0)]
SOME_ACTIVATED = [("relu", 0.1), ("relu", 5.0), ("hardtanh", 1.0), ("sine", 5.0), ("tanh", 1.0)]


@pytest.mark.parametrize(("activation", "large"), few(ACTIVATED, SOME_ACTIVATED))
def test_every_activation_passes_beside_its_kinks(activation, large):
    _, _, trace = random_run(network("window", activation=activation), 40, large=large)
    assert not failed(trace)


BUGS = [(model, bug) for model in DIRECT for bug in ("one percent", "transposed", "nothing", "one cell")]
SOME_BUGS = [("mlp", "transposed"), ("window", "one percent"), ("attention", "nothing"), ("attention", "one cell")]


@pytest.mark.parametrize(("model", "bug"), few(BUGS, SOME_BUGS))
def test_a_wrong_jacobian_is_seen(monkeypatch, model, bug):
    right = KINDS[model].scaled_jacobians

    def wrong(self, t, steps):
        matrices, exponents = right(self, t, steps)
        if bug == "one cell":
            matrices[steps == t] *= 1.001
            return matrices, exponents
        spoiled = {"one percent": 1.01 * matrices, "transposed": matrices.swapaxes(1, 2), "nothing": 0.0 * matrices}
        return spoiled[bug], exponents

    monkeypatch.setattr(KINDS[model], "scaled_jacobians", wrong)
    assert "derivative" in failed(random_trace(model, 40))


@TWO_MODELS
def test_a_jacobian_that_is_no_number_is_seen(monkeypatch, model):
    right = KINDS[model].scaled_jacobians
    monkeypatch.setattr(KINDS[model], "scaled_jacobians", lambda *cells: (np.nan * right(*cells)[0], right(*cells)[1]))
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda self, t, steps, norm: np.zeros(len(steps)))
    monkeypatch.setattr("unrolled.core.checks.feedforward._norm_error", lambda *_: 0.0)
    assert "derivative" in failed(random_trace(model, 40))


@TWO_MODELS
def test_an_output_that_sees_the_future_is_seen(monkeypatch, model):
    right = KINDS[model].rerun

    def leaky(self, inputs):
        again = right(self, inputs)
        again.outputs[:] += 1e-9 * inputs.sum()
        return again

    monkeypatch.setattr(KINDS[model], "rerun", leaky)
    assert "causality" in failed(random_trace(model, 40))


def test_a_window_that_is_longer_than_it_says_is_seen(monkeypatch):
    monkeypatch.setattr(MLPTrace, "reach", 2)
    assert "reach" in failed(random_trace("window", 40))


@TWO_MODELS
def test_a_row_that_is_measured_wrong_is_seen(monkeypatch, model):
    right = KINDS[model].log10_norms
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda *cells: right(*cells) + 1e-6)
    assert "cells" in failed(random_trace(model, 40, size=5))


@TWO_MODELS
def test_norms_in_the_wrong_order_are_seen(monkeypatch, model):
    right = KINDS[model].log10_norms
    other: Mapping[Norm, Norm] = {"spectral": "frobenius", "frobenius": "spectral"}
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda self, t, steps, norm: right(self, t, steps, other[norm]))
    assert "norm order" in failed(random_trace(model, 40, size=5))


def test_a_single_step_is_followed_to_the_last_row_it_reaches_and_the_one_beyond():
    trace, rng = random_trace("window", 40), np.random.default_rng(0)
    assert trace.reach == 3
    for step in (1, 17, 36):
        rows = set(_rows_after(trace, np.array([step]), rng).tolist())
        assert rows >= {step, step + 1, step + 3, step + 4}
        assert all(step <= row <= 40 for row in rows)
    assert set(_rows_after(trace, np.array([39]), rng).tolist()) == {39, 40}
    attention = random_trace("attention", 40)
    assert set(_rows_after(attention, np.array([11]), rng).tolist()) >= {11, 12, 40}


def test_what_rounding_hides_is_judged_row_by_row():
    net = network("mlp", size=1, activation="relu")
    _, _, trace = random_run(net, 12)
    large = trace.rerun(np.where(np.arange(12)[:, None] == 7, 1e6, trace.inputs))
    rows = np.array([3, 8, 12])
    estimate = _extrapolated(large, np.array([2]), np.array([[1e-4]]), rows)
    assert estimate is not None
    outputs = np.abs(large.outputs[rows - 1]).max(axis=1)
    np.testing.assert_allclose(estimate[2], outputs + 1e6)
    assert outputs.max() > 100 * outputs.min()


@pytest.mark.parametrize("absent", [0, 1])
def test_a_difference_that_leaves_float64_is_no_estimate(monkeypatch, absent):
    right, calls = feedforward._difference, []

    def once(*cells):
        calls.append(cells)
        return None if len(calls) == absent + 1 else right(*cells)

    monkeypatch.setattr(feedforward, "_difference", once)
    trace = random_trace("mlp", 12)
    assert _extrapolated(trace, np.array([2]), np.full((1, 3), 1e-4), np.array([2, 5])) is None
    assert len(calls) == 2
