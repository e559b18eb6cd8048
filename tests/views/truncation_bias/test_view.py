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
from unrolled.core.loss import chunk_sums
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

CASES: dict[str, dict[str, Any]] = {
    "rnn": {},
    "lstm": {"model": "lstm", "init": "orthogonal"},
    "lower of two": {"model": "gru", "layers": 2, "layer": 1},
    "text": {"input": "text", "text": "abcabba", "model": "lstm"},
}


def begin(kind, t, window, cut):
    """Give the last step whose state is detached before the loss t goes back."""
    return max(0, t - window if kind == "sliding" else (t - 1 - cut) // window * window + cut)


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
    for kind in ("chunked", "sliding"):
        for place, window in enumerate(response["windows"]):
            bias, cosine, ratio = [], [], []
            for cut in range(window if kind == "chunked" and window < 6 else 1):
                truncated = sum(plain.gradient(t, begin(kind, t, window, cut)) for t in steps)
                length, size = np.linalg.norm(truncated), np.linalg.norm(gradient)
                bias.append(np.linalg.norm(truncated - gradient) / size)
                cosine.append((truncated * gradient).sum() / (length * size))
                ratio.append(length / size)
            values = {name: response[kind][name][place] for name in ("bias_lowest", "bias_highest")}
            assert values == pytest.approx({"bias_lowest": min(bias), "bias_highest": max(bias)}, abs=1e-10)
            values = {name: response[kind][name][place] for name in ("bias", "cosine", "ratio")}
            expected = {"bias": np.mean(bias), "cosine": np.mean(cosine), "ratio": np.mean(ratio)}
            assert values == pytest.approx(expected, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("fields", [{}, {"model": "gru", "loss": "last"}, {"length": 200, "hidden": 4}])
def test_the_advice_is_the_smallest_that_holds_from_there_on(fields):
    for tolerance in (0.5, 0.1, 0.01, 1e-9):
        response = answer("bias", **fields, tolerance=tolerance)
        for kind in ("chunked", "sliding"):
            chosen = response["advice"][kind]["window"]
            place, curve = response["windows"].index(chosen), response[kind]["bias_highest"]
            assert max(curve[place:]) <= tolerance
            assert place == 0 or curve[place - 1] > tolerance
            assert response["advice"][kind]["bias"] == curve[place]
            assert response["advice"][kind]["mean_bias"] == response[kind]["bias"][place] <= curve[place]
            cuts = 1 if kind == "sliding" or response["advice"][kind]["is_whole"] else min(chosen, 8)
            assert response["advice"][kind]["first_cuts"] == cuts


def test_the_tolerance_moves_the_advice_and_nothing_else():
    wide, narrow = (answer("bias", tolerance=at) for at in (0.5, 0.001))
    moved = {name for name in wide if wide[name] != narrow[name]}
    assert moved == {"tolerance", "advice", "sentence"}
    assert wide["advice"]["sliding"]["window"] < narrow["advice"]["sliding"]["window"]


def test_a_chosen_k_of_a_long_sequence_is_measured_too(monkeypatch):
    monkeypatch.setattr(chunk_sums, "_AFFORDED", 0.0)
    asked = {"length": 400, "hidden": 3, "truncation": "sliding", "tolerance": 0.02}
    response = answer("bias", window=123, **asked)
    assert 123 in response["windows"]
    assert 124 not in response["windows"]
    assert 124 in answer("bias", window=124, **asked)["windows"]
    assert any(note.startswith("Sliding was measured at every K, chunked at") for note in response["notes"])
    assert any("More data makes it less noisy, not less wrong" in note for note in response["notes"])
    figure = figure_of("bias", window=123, **asked)
    json.dumps(figure, allow_nan=False)


def test_every_k_is_measured_once_for_all_tolerances():
    network, memo = experiment(length=300, hidden=3), Memo(2**24)
    first = VIEWS["bias"].compute(network, memo)
    assert first.bias.windows.tolist() == list(range(1, 301))
    assert not any("measured" in note for note in first.notes)
    assert VIEWS["bias"].compute(network.changed(tolerance=0.4), memo).bias is first.bias


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
    assert set(columns) == {
        "kind", "window", "bytes", "bias", "bias_lowest", "bias_highest", "cosine", "ratio", "flops",
    }  # fmt: skip
    assert len(columns["kind"]) == 18
    payload = result.payload()
    assert columns["kind"] == ["chunked"] * 9 + ["sliding"] * 9
    for name in ("bias", "bias_lowest", "bias_highest", "cosine", "ratio", "flops"):
        curves = [arrays[f"{kind}_{name}"] for kind in ("chunked", "sliding")]
        assert [curve.tolist() for curve in curves] == [payload[kind][name] for kind in ("chunked", "sliding")]
        assert columns[name].tolist() == np.concatenate(curves).tolist()
    for name, key in (("window", "windows"), ("bytes", "bytes")):
        assert columns[name].tolist() == arrays[name].tolist() * 2 == payload[key] * 2
