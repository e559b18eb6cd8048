"""An LSTM's gradient and the two numbers that are taken for it, against multiplied matrices."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Architecture, Derivative, dense_joint_product, dense_product, gru, lstm, preactivations, run
from unrolled.core.arrays.types import Norm
from unrolled.core.behaviour.lstm_shortcuts import gate_retention, shortcuts
from unrolled.core.networks.initialisations import MemoryBias

STARTS, LAGS = np.array([1, 4, 6, 9]), np.array([0, 1, 3, 10])


CASES = few(
    product(["spectral", "frobenius"], [1, 2], [None, -2.0, 6.0]),
    [("spectral", 1, None), ("frobenius", 1, -2.0), ("spectral", 2, 6.0), ("frobenius", 2, None)],
)


@pytest.mark.parametrize(("norm", "layers", "bias"), CASES)
def test_every_curve_is_the_median_of_its_own_product(norm, layers, bias):
    trace, size = run(Architecture("lstm", layers), 20, 3, memory=MemoryBias(forget_bias=bias), gain=1.5), 3
    layer = lstm(Derivative(layer=layers).chain(trace))
    entering = trace.inputs if layers == 1 else trace.layers[0].h[1:]
    curves = shortcuts(layer, entering, norm, STARTS, LAGS)
    np.testing.assert_array_equal(curves.lag, LAGS)
    gate = 1 / (1 + np.exp(-layer.a[:, size : 2 * size]))
    for index, lag in enumerate(LAGS):
        truth: dict[str, list[float]] = {"truth_h": [], "truth_c": [], "blocks": [], "gates": [], "held_c": []}
        for k in STARTS:
            blocks = np.eye(size)
            for step in range(k + 1, k + lag + 1):
                blocks = layer.jacobians(np.array([step]))[0, :size, :size] @ blocks
            for name, matrix in (
                ("truth_h", dense_product(Derivative("h", "h", layers).chain(trace), k + lag, k)),
                ("truth_c", dense_product(Derivative("c", "c", layers).chain(trace), k + lag, k)),
                ("blocks", blocks),
                ("held_c", dense_joint_product(Derivative("c", "c", layers).chain(trace), k + lag, k)[size:, size:]),
                ("gates", np.diag(np.prod(gate[k : k + lag], axis=0))),
            ):
                truth[name].append(np.log10(np.linalg.norm(matrix, 2 if norm == "spectral" else "fro")))
        for name, values in truth.items():
            assert getattr(curves, name)[index] == pytest.approx(np.median(values), abs=1e-10), (name, lag)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_a_shut_gate_is_zero_and_not_nan(norm):
    trace = run(Architecture("lstm"), 20, 3, memory=MemoryBias(forget_bias=-1e4), gain=0.0)
    curves = shortcuts(lstm(Derivative().chain(trace)), trace.inputs, norm, STARTS, LAGS)
    for curve in (curves.truth_h, curves.truth_c, curves.blocks, curves.gates):
        assert np.isneginf(curve[1:]).all()
        assert curve[0] == pytest.approx(0.5 * np.log10(3) if norm == "frobenius" else 0)


def test_a_single_unit_that_is_far_saturated_is_multiplied_like_any_other():
    # Of one unit from one step the blocks are a view of the Jacobians, which are scaled in place.
    parameters = {
        "weight_ih_l0": np.ones((4, 1)), "weight_hh_l0": np.full((4, 1), 0.5),
        "bias_ih_l0": np.array([-100.0, -100.0, 0.0, 0.0]), "bias_hh_l0": np.zeros(4),
    }  # fmt: skip
    trace = Architecture("lstm").network(1, 1).run(parameters, np.random.default_rng(0).standard_normal((12, 1)))
    layer, lags = lstm(Derivative().chain(trace)), np.arange(8)
    curves = shortcuts(layer, trace.inputs, "frobenius", np.array([2]), lags)
    truth = np.cumsum([0.0, *np.log10(np.abs(layer.jacobians(2 + lags[1:])[:, 0, 0]))])
    assert truth[-1] < -300
    np.testing.assert_allclose(curves.blocks, truth, atol=1e-9)


def test_thousands_of_steps_are_numbers():
    trace = run(Architecture("lstm"), 2001, 2, memory=MemoryBias(forget_bias=-5.0))
    curves = shortcuts(lstm(Derivative().chain(trace)), trace.inputs, "frobenius", np.array([1]), np.array([0, 2000]))
    for curve in (curves.truth_h, curves.truth_c, curves.blocks, curves.gates):
        assert -9000 < curve[1] < -1000


@pytest.mark.parametrize(
    "architecture", [Architecture("lstm"), Architecture("gru"), Architecture("gru", 1, "before")], ids=str
)
def test_the_memory_gate_by_itself_is_the_norm_of_its_product(architecture):
    trace = run(architecture, 14, 4, gain=1.5)
    layer = trace.layers[0]
    assert next(iter(layer.unit_factors(np.array([1])))) == architecture.network(1, 1).cell.keeps
    gate = 1 / (1 + np.exp(-preactivations(layer)[:, 4:8]))
    steps = np.arange(2, 14 + 1, 3)
    largest, all_of_them = (lambda each: np.abs(each).max()), np.linalg.norm
    norms: list[tuple[Norm, Any]] = [("spectral", largest), ("frobenius", all_of_them)]
    for norm, measure in norms:
        retained = gate_retention(layer, steps, norm)
        assert retained is not None
        for index, retention in enumerate(retained):
            products = [np.diag(np.prod(gate[k:t], axis=0)) for k, t in zip(steps, steps[index:], strict=False)]
            expected = np.median([np.log10(measure(each)) for each in products])
            assert retention == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("architecture", [Architecture("lstm"), Architecture("gru")], ids=str)
def test_beyond_a_step_that_closes_a_gate_its_product_is_a_number(architecture):
    chain = Derivative().chain(run(architecture, 12, 3))
    layer = lstm(chain) if architecture.model == "lstm" else gru(chain)
    a = layer.a.copy()
    a[4, 3] = -1e4
    steps = np.arange(1, 13)
    shut = replace(layer, a=a)
    gate = next(iter(shut.unit_factors(steps).values()))
    assert (gate == 0).sum() == 1
    with np.errstate(divide="ignore"):
        logs = np.log10(gate)
        truth = [np.median([logs[k : k + lag].sum(axis=0).max() for k in range(1, 13 - lag)]) for lag in range(12)]
    assert np.isfinite(truth[1])
    retained = gate_retention(shut, steps, "spectral")
    assert retained is not None
    np.testing.assert_allclose(retained, truth, atol=1e-12)


def test_without_a_memory_gate_nothing_is_retained_by_one():
    assert gate_retention(run(Architecture("rnn")).layers[0], np.arange(1, 5), "spectral") is None
