"""What is read off single products: true readings pass, and every planted fault fails."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.nets import Architecture, Derivative, random_rnn, run
from unrolled.core.arrays.grid import sample_steps
from unrolled.core.behaviour.attribution import attribute
from unrolled.core.behaviour.bounds import layer_bounds
from unrolled.core.behaviour.lstm_shortcuts import gate_retention, shortcuts
from unrolled.core.behaviour.saturation import saturation
from unrolled.core.checks.readings import (
    change_check,
    curve_check,
    gate_check,
    matrix_check,
    shortcuts_check,
    singular_values_check,
    units_check,
)
from unrolled.core.jacobians.product import product
from unrolled.core.spectra.singular_values import log10_singular_values

CASES = [
    (Architecture("rnn"), Derivative("h", "h")),
    (Architecture("lstm"), Derivative("h", "c")),
    (Architecture("gru", 2), Derivative("h", "x", 2)),
]
STARTS = np.array([1, 4, 9])


def chains():
    return [derivative.chain(run(architecture, 20, 4)) for architecture, derivative in CASES]


@pytest.mark.parametrize("chain", chains(), ids=str)
def test_a_matrix_and_its_singular_values_are_multiplied_again(chain):
    shown, values = product(chain, 12, 5), log10_singular_values(chain, 12, 5)
    assert matrix_check(chain, 12, 5, shown).passed
    assert not matrix_check(chain, 12, 5, replace(shown, log10_scale=shown.log10_scale + 1e-6)).passed
    assert not matrix_check(chain, 12, 5, replace(shown, matrix=shown.matrix[::-1])).passed
    assert singular_values_check(chain, [(12, 5, values)]).passed
    assert not singular_values_check(chain, [(12, 5, values + 1e-6)]).passed
    if chain.is_full_state:
        # The largest is right, and so is the sum of squares to eight digits.
        assert not singular_values_check(chain, [(12, 5, np.append(values[:-1], values[-1] - 0.01))]).passed
    lost = np.append(values[:1], np.full(len(values) - 1, -np.inf))
    assert len(values) == 1 or not singular_values_check(chain, [(12, 5, lost)]).passed
    unknown = singular_values_check(chain, [(12, 5, np.full(len(values), np.nan))])
    assert (unknown.value, unknown.passed) == (None, True)


@pytest.mark.parametrize("chain", chains(), ids=str)
def test_shares_of_units_are_those_of_the_products(chain):
    true = saturation(chain, STARTS, 6)
    assert units_check(chain, STARTS, 6, true.arriving, true.leaving).passed
    assert not units_check(chain, STARTS, 6, true.arriving[::-1], true.leaving).passed
    assert len(true.leaving) == 1 or not units_check(chain, STARTS, 6, true.arriving, true.leaving[::-1]).passed


@pytest.mark.parametrize("model", ["rnn", "gru", "lstm"])
def test_a_change_and_its_parts(model):
    chain = Derivative("s", "s").chain(run(Architecture(model), 20, 4))
    bounds = layer_bounds(chain.layers[0])
    true = attribute(chain, STARTS, 6, bounds.spectral_radius if bounds else None)
    parts = {part.name: part.log10_per_step for part in true.parts}
    assert change_check(chain, STARTS, 6, true.total, parts).passed
    assert not change_check(chain, STARTS, 6, true.total + 1e-6, parts).passed
    moved = parts | {name: parts[name] + sign * 1e-6 for name, sign in zip(list(parts)[-2:], (1, 1), strict=True)}
    assert not change_check(chain, STARTS, 6, true.total, moved).passed
    if model == "rnn":
        # They add up all the same, and W_hh did something else.
        moved = parts | {"non-normal growth": parts["non-normal growth"] + 0.1, "input": parts["input"] - 0.1}
        assert not change_check(chain, STARTS, 6, true.total, moved).passed


def test_truths_and_shortcuts_of_an_lstm():
    trace = run(Architecture("lstm"), 30, 4)
    cell = Derivative("c", "c").chain(trace)
    curves = shortcuts(trace.layers[0], cell.inputs, "spectral", STARTS, np.arange(12))
    told = {name: float(values[11]) for name, values in vars(curves).items() if name != "lag"}
    assert shortcuts_check(cell, STARTS, 11, "spectral", told).passed
    for name in told:
        assert not shortcuts_check(cell, STARTS, 11, "spectral", told | {name: told[name] + 0.001}).passed, name


def test_curves_beside_the_measured_one():
    layer, lag = random_rnn(20, 4).layers[0], np.arange(20)
    bounds = layer_bounds(layer)
    assert bounds is not None
    bound, asymptote = (np.log10(base) * lag for base in (bounds.per_step, bounds.spectral_radius))
    assert curve_check(layer, lag, bound, asymptote).passed
    assert not curve_check(layer, lag, 1.001 * bound, asymptote).passed
    assert not curve_check(layer, lag, bound, asymptote + 1e-3 * lag).passed


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_what_the_gate_alone_would_leave(norm):
    layer, steps = run(Architecture("lstm"), 30, 4).layers[0], sample_steps(30, 10)
    true = gate_retention(layer, steps, norm)
    assert true is not None
    assert gate_check(layer, steps, norm, true).passed
    assert not gate_check(layer, steps, norm, true - 0.01 * np.arange(len(true))).passed
