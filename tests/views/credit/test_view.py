"""Every number of credit against an independent differentiator, masks, samples and files."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, own, result_of
from tests.views.forms import assert_same_cells
from tests.views.loss_by_autograd import Plain
from tests.views.truncations import kept_pairs
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

KEYS = {
    "loss", "measure", "layer", "t", "k", "log10_norm", "log10_contribution", "share", "by_lag", "losses", "loss_steps",
    "loss_sum", "log10_gradient", "residual_by_lag", "reached", "truncation", "exact_zeros", "labels", "column_labels",
    "stride", "scale", "notes", "sentence",
}  # fmt: skip


CASES: dict[str, dict[str, Any]] = {
    "rnn": {},
    "relu": {"activation": "relu", "gain": 1.5, "init": "gaussian"},
    "lstm": {"model": "lstm"},
    "gru": {"model": "gru"},
    "lower of two": {"model": "lstm", "layers": 2, "layer": 1},
    "upper of two": {"model": "gru", "layers": 2},
    "text": {"input": "text", "text": "abcabba"},
    "padded text": {"input": "text", "text": "abca", "model": "gru"},
    "backwards": {"order": "reversed", "input": "sine"},
}


@pytest.mark.parametrize(
    ("case", "loss"),
    few(
        product(CASES, ("sum", "last")),
        [("relu", "last"), ("lstm", "sum"), ("lower of two", "sum"), ("upper of two", "last"), ("padded text", "sum")],
    ),
)
def test_every_number_is_that_of_an_independent_differentiator(case, loss):
    network = experiment(**{"length": 7, "hidden": 3, "loss": loss} | CASES[case])
    response, plain = answer("credit", network), Plain(network)
    steps = list(plain.steps) if loss == "sum" else [plain.steps[-1]]
    assert response["t"] == steps
    assert response["k"] == list(plain.steps)
    states = plain.states(plain.weights)
    assert response["losses"] == pytest.approx([float(plain.loss(states[t], t)) for t in steps], rel=1e-12)
    assert response["loss_sum"] == pytest.approx(sum(response["losses"]), rel=1e-12)
    gradient = sum(plain.gradient(t, 0) for t in steps)
    assert response["log10_gradient"] == pytest.approx(np.log10(np.linalg.norm(gradient)), abs=1e-10)
    by_lag = np.zeros(steps[-1])
    for row, t in enumerate(steps):
        for column, k in enumerate(response["k"]):
            cell = [response[name][row][column] for name in ("log10_norm", "log10_contribution", "share")]
            if k > t:
                assert cell == [None] * 3
                continue
            brings = plain.contribution(t, k)
            size, share = np.linalg.norm(brings), (brings * gradient).sum() / np.square(gradient).sum()
            assert cell[0] == pytest.approx(np.log10(np.linalg.norm(plain.onto_state(t, k))), abs=1e-9)
            assert cell[1] == (None if size == 0 else pytest.approx(np.log10(size), abs=1e-9))
            assert cell[2] == pytest.approx(share, abs=1e-11)
            by_lag[t - k] += share
    assert response["by_lag"] == pytest.approx(by_lag, abs=1e-11)
    assert by_lag.sum() == pytest.approx(1.0, abs=1e-11)


def test_the_payload_has_its_keys():
    response = answer("credit", length=5, hidden=3)
    assert set(response) == KEYS
    assert response["truncation"] == {"kind": "none", "window": 8, "share": None, "error": None}
    assert (response["measure"], response["loss_steps"], response["stride"]) == ("mean squared error", 4, 1)
    assert answer("credit", input="text")["measure"] == "cross-entropy"


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
def test_truncated_values_are_null_and_the_full_ones_stand_beside_them(kind):
    size = {"length": 13, "hidden": 3, "model": "gru", "window": 4}
    full, response = answer("credit", **size), answer("credit", **size, truncation=kind)
    keeps = np.array(kept_pairs(kind))
    assert response["kept"] == keeps.tolist()
    for name in ("log10_norm", "log10_contribution", "share"):
        assert response[f"{name}_full"] == full[name]
        values = np.array(response[name], dtype=object)
        assert (values[~keeps] == None).all()  # noqa: E711  an array is compared
        assert (values[keeps] == np.array(full[name], dtype=object)[keeps]).all()
    assert set(response) - set(full) == {"log10_norm_full", "log10_contribution_full", "share_full", "kept"}
    assert response["by_lag"] == full["by_lag"]
    share = np.array(full["share"], dtype=float)[keeps].sum()
    assert response["truncation"]["share"] == pytest.approx(share, abs=1e-12)
    error = response["truncation"]["error"]
    assert response["notes"][-1].endswith(
        f"What is cut off has {100 * error:.0f} % of the gradient’s length; the projection of what is left is "
        f"{100 * share:.0f} % of it."
    )


def test_sampled_cells_are_exact_and_shares_are_those_of_the_whole():
    fine, coarse = (answer("credit", length=41, hidden=4, resolution=at) for at in (64, 8))
    assert coarse["t"] == coarse["k"] == [5, 10, 15, 20, 25, 30, 35, 40]
    assert (coarse["stride"], coarse["loss_steps"], coarse["loss_sum"]) == (5, 40, fine["loss_sum"])
    for name in ("log10_norm", "log10_contribution", "share"):
        expected = np.array(fine[name], dtype=float)[4::5, 4::5]
        np.testing.assert_allclose(np.array(coarse[name], dtype=float), expected, rtol=1e-10, atol=1e-13)
    assert any("Of the 40 losses every 5th is shown, 8 in all" in note for note in coarse["notes"])
    # So few losses all go back: the sentence and the lags are those of the whole.
    assert coarse["sentence"] == fine["sentence"]
    assert coarse["by_lag"] == pytest.approx(fine["by_lag"], abs=1e-13)


def test_of_many_losses_only_those_that_are_shown_are_differentiated(monkeypatch):
    size = {"length": 41, "hidden": 4, "resolution": 8}
    full = answer("credit", **size)
    dearer = VIEWS["credit"].cost(experiment(**size)).flops
    monkeypatch.setattr("unrolled.core.cost.loss._LITTLE", 0.0)
    response = answer("credit", **size)
    assert VIEWS["credit"].cost(experiment(**size)).flops < dearer
    for name in ("t", "k", "loss_sum"):
        assert response[name] == full[name]
    for name in ("log10_norm", "log10_contribution", "share"):
        expected = np.array(full[name], dtype=float)
        np.testing.assert_allclose(np.array(response[name], dtype=float), expected, rtol=1e-10, atol=1e-13)
    rows = np.array(answer("credit", **size | {"resolution": 41})["share"], dtype=float)
    share = np.nansum(rows[4::5])
    assert sum(response["by_lag"]) == pytest.approx(share, abs=1e-12)
    assert "of the gradient of the 8 losses that are shown comes from" in response["sentence"]
    assert any(f"what is shown adds up to {100 * share:.0f} %" in note for note in response["notes"])
    assert all(check.passed for check in VIEWS["credit"].checks(experiment(**size), Memo(2**24)))


def test_own_arrays_are_numbers_and_their_readout_is_drawn():
    inputs = np.random.default_rng(3).standard_normal((6, 2))
    weights = {"weight_ih_l0": np.eye(3, 2), "weight_hh_l0": 0.5 * np.eye(3)}
    network = Experiment.of_arrays({"input": "text"}, weights, inputs, {"h": [1.0, 2.0, 3.0]})
    response = answer("credit", network)
    assert response["measure"] == "mean squared error"
    assert response["t"] == [1, 2, 3, 4, 5]
    assert sum("drawn from the seed" in note for note in response["notes"]) == 1
    # From another state than zero W_hh has something to multiply at the first step.
    assert response["log10_contribution"][0][0] is not None
    assert not any("initial state" in note for note in response["notes"])
    checks = VIEWS["credit"].checks(network, Memo(2**24))
    assert all(check.passed for check in checks)
    assert [check.name for check in checks if check.value is None] == ["truncation"]


def test_a_linear_net_moves_by_the_powers_of_its_matrix():
    response = answer("credit", own([[0.1, 0], [0, 0.1]], loss="last"))
    assert np.diff(response["log10_norm"][0]) == pytest.approx([1, 1, 1, 1], abs=1e-12)


def test_files_carry_every_number():
    result = result_of("credit", length=6, hidden=3, truncation="sliding", window=2)
    columns, arrays = result.columns(), result.arrays()
    full_columns = {"log10_norm_full", "log10_contribution_full", "share_full"}
    assert set(columns) == {"t", "k", "lag", "loss", "log10_norm", "log10_contribution", "share", "kept"} | full_columns
    assert len(columns["t"]) == 15
    assert np.nansum(columns["share_full"]) == pytest.approx(1)
    assert np.isnan(columns["share"]).sum() == 6
    assert arrays["share_full"].shape == (5, 5)
    assert arrays["log10_contribution_full"][3, 0] == -np.inf


@pytest.mark.parametrize(
    "fields", [{}, {"truncation": "chunked", "window": 2}, {"loss": "last", "truncation": "sliding"}]
)
def test_files_hold_the_same_pairs_as_json(fields):
    result = result_of("credit", length=7, hidden=3, **fields)
    names = ["log10_norm", "log10_contribution", "share"]
    assert_same_cells(result, names + ([f"{name}_full" for name in names] + ["kept"] if "truncation" in fields else []))
    payload, arrays = result.payload(), result.arrays()
    assert arrays["losses"].tolist() == payload["losses"]
    assert arrays["by_lag"].tolist() == payload["by_lag"]
    assert float(arrays["log10_gradient"]) == payload["log10_gradient"]
    by_step = dict(zip(payload["t"], payload["losses"], strict=True))
    columns = result.columns()
    assert list(columns["loss"]) == [by_step[t] for t in columns["t"].tolist()]
