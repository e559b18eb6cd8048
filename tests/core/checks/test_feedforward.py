"""The self-checks of models without recurrence: silent about what is right, and about nothing that is wrong."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.core.feedforward.nets import drawn, made, network
from unrolled.core.arrays.types import Norm
from unrolled.core.checks.feedforward import direct_checks
from unrolled.core.feedforward.attention import AttentionTrace
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.registry import DIRECT

EVERY_MODEL = pytest.mark.parametrize("model", DIRECT)
Kind = type[MLPTrace | AttentionTrace]
KINDS: Mapping[str, Kind] = {"mlp": MLPTrace, "window": MLPTrace, "attention": AttentionTrace}


def failed(trace):
    return {check.name for check in direct_checks(trace) if not check.passed}


@EVERY_MODEL
@pytest.mark.parametrize("length", [1, 2, 7, 60, 1500])
@pytest.mark.parametrize("size", [1, 5])
def test_what_is_right_passes(model, length, size):
    checks = direct_checks(made(model, length, size=size))
    assert all(check.passed for check in checks)
    names = [check.name for check in checks]
    reach = [] if model == "attention" else ["reach"]
    assert names == ["derivative", "causality", *reach, "cells", "norm order"]
    if length > 2:
        by_name = {check.name: check.value for check in checks}
        assert by_name["derivative"] is not None
        assert by_name["derivative"] < 1e-7
        assert by_name["causality"] == 0.0
        if reach and length > 10:
            assert by_name["reach"] == 0.0


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("large", [0.1, 1.0, 5.0])
def test_every_activation_passes_beside_its_kinks(activation, large):
    _, _, trace = drawn(network("window", activation=activation), 40, large=large)
    assert not failed(trace)


@EVERY_MODEL
@pytest.mark.parametrize("bug", ["one percent", "transposed", "nothing", "one cell"])
def test_a_wrong_jacobian_is_seen(monkeypatch, model, bug):
    true = KINDS[model].scaled_jacobians

    def wrong(self, t, steps):
        found, exponents = true(self, t, steps)
        if bug == "one cell":
            found[steps == t] *= 1.001
            return found, exponents
        return {"one percent": 1.01 * found, "transposed": found.swapaxes(1, 2), "nothing": 0.0 * found}[bug], exponents

    monkeypatch.setattr(KINDS[model], "scaled_jacobians", wrong)
    assert "derivative" in failed(made(model, 40))


@EVERY_MODEL
def test_a_jacobian_that_is_no_number_is_seen(monkeypatch, model):
    true = KINDS[model].scaled_jacobians
    monkeypatch.setattr(KINDS[model], "scaled_jacobians", lambda *way: (np.nan * true(*way)[0], true(*way)[1]))
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda self, t, steps, norm: np.zeros(len(steps)))
    monkeypatch.setattr("unrolled.core.checks.feedforward._norm_error", lambda *_: 0.0)
    assert "derivative" in failed(made(model, 40))


@EVERY_MODEL
def test_an_output_that_sees_the_future_is_seen(monkeypatch, model):
    true = KINDS[model].rerun

    def leaky(self, inputs):
        again = true(self, inputs)
        again.outputs[:] += 1e-9 * inputs.sum()
        return again

    monkeypatch.setattr(KINDS[model], "rerun", leaky)
    assert "causality" in failed(made(model, 40))


def test_a_window_that_is_longer_than_it_says_is_seen(monkeypatch):
    monkeypatch.setattr(MLPTrace, "reach", 2)
    assert "reach" in failed(made("window", 40))


@EVERY_MODEL
def test_a_row_that_is_measured_wrong_is_seen(monkeypatch, model):
    true = KINDS[model].log10_norms
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda *way: true(*way) + 1e-6)
    assert "cells" in failed(made(model, 40, size=5))


@EVERY_MODEL
def test_norms_in_the_wrong_order_are_seen(monkeypatch, model):
    true = KINDS[model].log10_norms
    other: Mapping[Norm, Norm] = {"spectral": "frobenius", "frobenius": "spectral"}
    monkeypatch.setattr(KINDS[model], "log10_norms", lambda self, t, steps, norm: true(self, t, steps, other[norm]))
    assert "norm order" in failed(made(model, 40, size=5))
