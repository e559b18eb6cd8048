"""The bias of gradients that are truly cut off."""

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, figure_of, result_of
from tests.views.loss_by_autograd import Plain
from tests.views.test_checks import failed
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

CASES: dict[str, dict[str, Any]] = {
    "rnn": {},
    "lstm": {"model": "lstm", "init": "orthogonal"},
    "lower of two": {"model": "gru", "layers": 2, "layer": 1},
    "text": {"input": "text", "text": "abcabba", "model": "lstm"},
}


@pytest.mark.parametrize(
    ("case", "loss"),
    few(product(CASES, ("sum", "last")), [("rnn", "sum"), ("lstm", "last"), ("lower of two", "last"), ("text", "sum")]),
)
def test_every_curve_is_that_of_a_gradient_that_is_cut_off(case, loss):
    """HIPS autograd holds the state fixed where a chunk begins, or K steps before each loss."""
    network = experiment(**{"length": 7, "hidden": 3, "loss": loss} | CASES[case])
    response, plain = answer("bias", network), Plain(network)
    steps = list(plain.steps) if loss == "sum" else [plain.steps[-1]]
    gradient = sum(plain.gradient(t, 0) for t in steps)
    assert response["windows"] == [1, 2, 3, 4, 5, 6, 7]
    begins = {"chunked": lambda t, window: (t - 1) // window * window, "sliding": lambda t, window: max(0, t - window)}
    for kind, begin in begins.items():
        for place, window in enumerate(response["windows"]):
            truncated = sum(plain.gradient(t, begin(t, window)) for t in steps)
            length, size = np.linalg.norm(truncated), np.linalg.norm(gradient)
            values = {name: response[kind][name][place] for name in ("bias", "cosine", "ratio")}
            assert values["bias"] == pytest.approx(np.linalg.norm(truncated - gradient) / size, abs=1e-10)
            assert values["ratio"] == pytest.approx(length / size, rel=1e-9)
            assert values["cosine"] == pytest.approx((truncated * gradient).sum() / (length * size), abs=1e-10)


@pytest.mark.parametrize("fields", [{}, {"model": "gru", "loss": "last"}, {"length": 200, "hidden": 4}])
def test_the_advice_is_the_smallest_that_holds_from_there_on(fields):
    for tolerance in (0.5, 0.1, 0.01, 1e-9):
        response = answer("bias", **fields, tolerance=tolerance)
        for kind in ("chunked", "sliding"):
            chosen = response["advice"][kind]["window"]
            place, curve = response["windows"].index(chosen), response[kind]["bias"]
            assert max(curve[place:]) <= tolerance
            assert place == 0 or curve[place - 1] > tolerance
            assert response["advice"][kind]["bias"] == curve[place]


def test_the_tolerance_moves_the_advice_and_nothing_else():
    wide, narrow = (answer("bias", tolerance=at) for at in (0.5, 0.001))
    moved = {name for name in wide if wide[name] != narrow[name]}
    assert moved == {"tolerance", "advice", "sentence"}
    assert wide["advice"]["sliding"]["window"] < narrow["advice"]["sliding"]["window"]


def test_a_chosen_k_of_a_long_sequence_is_measured_too():
    response = answer("bias", length=400, hidden=3, truncation="sliding", window=123)
    assert 123 in response["windows"]
    assert any(note.startswith("K was measured at") for note in response["notes"])
    assert any("More data makes it less noisy, not less wrong" in note for note in response["notes"])


@pytest.mark.parametrize("fields", [{"length": 1}, {"length": 2}, {"input": "text", "amplitude": 0}])
def test_without_a_gradient_there_is_no_bias(fields):
    response = answer("bias", **fields)
    assert response["advice"] == {"chunked": None, "sliding": None}
    assert set(response["sliding"]["bias"]) == {None}
    figure = figure_of("bias", **fields)
    assert figure["data"] == []
    json.dumps(figure, allow_nan=False)
    assert not failed("bias", **{"hidden": 16} | fields)


def test_own_weights_are_truncated_too():
    rng = np.random.default_rng(4)
    weights = {"weight_ih_l0": rng.standard_normal((12, 2)), "weight_hh_l0": rng.standard_normal((12, 3))}
    network = Experiment.of_arrays({"model": "lstm", "tolerance": 0.05}, weights, rng.standard_normal((11, 2)))
    response = answer("bias", network)
    assert response["windows"] == list(range(1, 12))
    # a (4H), h and c, and x.
    assert response["whole"]["bytes"] == 10 * 8 * (12 + 6 + 2)
    assert all(check.passed for check in VIEWS["bias"].checks(network, Memo(2**24)))


def test_files_carry_every_curve():
    result = result_of("bias", length=9, hidden=3)
    columns, arrays = result.columns(), result.arrays()
    assert set(columns) == {"kind", "window", "bytes", "bias", "cosine", "ratio", "flops"}
    assert len(columns["kind"]) == 18
    payload = result.payload()
    assert columns["kind"] == ["chunked"] * 9 + ["sliding"] * 9
    for name in ("bias", "cosine", "ratio", "flops"):
        curves = [arrays[f"{kind}_{name}"] for kind in ("chunked", "sliding")]
        assert [curve.tolist() for curve in curves] == [payload[kind][name] for kind in ("chunked", "sliding")]
        assert columns[name].tolist() == np.concatenate(curves).tolist()
    for name, key in (("window", "windows"), ("bytes", "bytes")):
        assert columns[name].tolist() == arrays[name].tolist() * 2 == payload[key] * 2
