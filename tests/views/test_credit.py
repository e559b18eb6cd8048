"""The credit view: every number against an independent differentiator, masks, losses, sentences, the figure."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own, unpacked
from tests.views.losing import Plain
from tests.views.test_checks import failed
from tests.views.test_truncation import mask
from unrolled.core.loss.elementwise_vjp import ElementwiseVJP
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.networks.rnn import RNNTrace
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.credit.text import CreditSummary, credit_sentence
from unrolled.views.plots.colour import FAINT

KEYS = {
    "loss", "measure", "layer", "t", "k", "log10_norm", "log10_contribution", "share", "by_lag", "losses", "loss_steps",
    "loss_sum", "log10_gradient", "reached", "truncation", "exact_zeros", "labels", "column_labels", "stride", "scale",
    "notes", "sentence",
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


@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("case", CASES)
def test_every_number_is_that_of_an_independent_differentiator(case, loss):
    asked = experiment(**{"length": 7, "hidden": 3, "loss": loss} | CASES[case])
    found, plain = answer("credit", asked), Plain(asked)
    steps = list(plain.steps) if loss == "sum" else [plain.steps[-1]]
    assert found["t"] == steps
    assert found["k"] == list(plain.steps)
    states = plain.states(plain.weights)
    assert found["losses"] == pytest.approx([float(plain.loss(states[t], t)) for t in steps], rel=1e-12)
    assert found["loss_sum"] == pytest.approx(sum(found["losses"]), rel=1e-12)
    whole = sum(plain.gradient(t, 0) for t in steps)
    assert found["log10_gradient"] == pytest.approx(np.log10(np.linalg.norm(whole)), abs=1e-10)
    by_lag = np.zeros(steps[-1])
    for row, t in enumerate(steps):
        for column, k in enumerate(found["k"]):
            cell = [found[name][row][column] for name in ("log10_norm", "log10_contribution", "share")]
            if k > t:
                assert cell == [None] * 3
                continue
            brings = plain.contribution(t, k)
            size, share = np.linalg.norm(brings), (brings * whole).sum() / np.square(whole).sum()
            assert cell[0] == pytest.approx(np.log10(np.linalg.norm(plain.onto_state(t, k))), abs=1e-9)
            assert cell[1] == (None if size == 0 else pytest.approx(np.log10(size), abs=1e-9))
            assert cell[2] == pytest.approx(share, abs=1e-11)
            by_lag[t - k] += share
    assert found["by_lag"] == pytest.approx(by_lag, abs=1e-11)
    assert by_lag.sum() == pytest.approx(1.0, abs=1e-11)


def test_the_payload_has_its_keys():
    found = answer("credit", length=5, hidden=3)
    assert set(found) == KEYS
    assert found["truncation"] == {"kind": "none", "window": 8, "share": None}
    assert (found["measure"], found["loss_steps"], found["stride"]) == ("mean squared error", 4, 1)
    assert answer("credit", input="text")["measure"] == "cross-entropy"


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
def test_what_is_cut_is_null_and_the_whole_is_beside_it(kind):
    size = {"length": 13, "hidden": 3, "model": "gru", "window": 4}
    whole, found = answer("credit", **size), answer("credit", **size, truncation=kind)
    keeps = np.array(mask(kind))
    assert found["kept"] == keeps.tolist()
    for name in ("log10_norm", "log10_contribution", "share"):
        assert found[f"{name}_full"] == whole[name]
        cut = np.array(found[name], dtype=object)
        assert (cut[~keeps] == None).all()  # noqa: E711  an array is compared
        assert (cut[keeps] == np.array(whole[name], dtype=object)[keeps]).all()
    assert set(found) - set(whole) == {"log10_norm_full", "log10_contribution_full", "share_full", "kept"}
    assert found["by_lag"] == whole["by_lag"]
    share = np.array(whole["share"], dtype=float)[keeps].sum()
    assert found["truncation"]["share"] == pytest.approx(share, abs=1e-12)
    assert found["notes"][-1].endswith(f"The pairs that are left bring {100 * share:.0f} % of the whole gradient.")


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


def test_of_many_losses_only_those_that_are_shown_go_back(monkeypatch):
    size = {"length": 41, "hidden": 4, "resolution": 8}
    whole = answer("credit", **size)
    dearer = VIEWS["credit"].cost(experiment(**size)).flops
    monkeypatch.setattr("unrolled.core.cost.loss._LITTLE", 0.0)
    found = answer("credit", **size)
    assert VIEWS["credit"].cost(experiment(**size)).flops < dearer
    for name in ("t", "k", "loss_sum"):
        assert found[name] == whole[name]
    for name in ("log10_norm", "log10_contribution", "share"):
        expected = np.array(whole[name], dtype=float)
        np.testing.assert_allclose(np.array(found[name], dtype=float), expected, rtol=1e-10, atol=1e-13)
    rows = np.array(answer("credit", **size | {"resolution": 41})["share"], dtype=float)
    share = np.nansum(rows[4::5])
    assert sum(found["by_lag"]) == pytest.approx(share, abs=1e-12)
    assert "of what the 8 losses that are shown bring" in found["sentence"]
    assert any(f"what is shown brings {100 * share:.0f} %" in note for note in found["notes"])
    assert all(check.passed for check in VIEWS["credit"].checks(experiment(**size), Memo(2**24)))


@pytest.mark.parametrize(("share", "told"), [(0.001, "less than 1 %"), (-0.3, "−30 %")])
def test_a_sample_that_brings_hardly_anything_says_nothing_of_the_whole(share, told):
    facts = CreditSummary("sum", 100, 10, 10, 100, 5.0, 0.5, share, share, 3 if share > 0 else None, np.nan, 10, False)
    said = credit_sentence(facts)
    assert said.endswith(f"The 10 losses that are shown bring {told} of it: too little to say how far back it goes.")
    assert "Pairs at most 3 steps apart" in credit_sentence(replace(facts, share=0.1, own_share=0.05, reached=3))


def test_the_sentence_counts_back_to_where_most_of_it_is():
    found = answer("credit", length=20, hidden=5, init="orthogonal")
    reached = np.cumsum(found["by_lag"])
    back = max(lag for lag in range(len(reached)) if reached[lag] < 0.9) + 1
    assert found["reached"] == back
    assert f"Pairs at most {back} steps apart bring 90 % of it" in found["sentence"]
    memoryless = answer("credit", gain=0, length=9)
    assert memoryless["reached"] == 0
    assert memoryless["by_lag"][0] == pytest.approx(1)
    assert memoryless["sentence"].endswith("Pairs of the same step, t = k, bring at least 90 % of it.")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"length": 1}, "No step has a next value to foretell"),
        ({"input": "text", "amplitude": 0}, "No step has a next value to foretell"),
        ({"input": "text", "text": "a", "length": 9}, "No step has a next value to foretell"),
        ({"length": 2}, "its gradient of W_hh is exactly zero"),
    ],
)
def test_without_a_loss_or_a_gradient_the_answer_says_so(fields, said):
    found = answer("credit", **fields)
    assert said in found["sentence"]
    assert found["log10_gradient"] is None
    assert set(found) == KEYS
    json.dumps(drawn("credit", **fields), allow_nan=False)
    assert not failed("credit", **{"hidden": 16} | fields)


def test_notes_say_what_must_be_known():
    notes = answer("credit", length=12, layers=2, layer=1, input="text", text="abcab")["notes"]
    assert any("goes up through the layers above at the same step k" in note for note in notes)
    assert any("the last loss is that of step 4" in note for note in notes)
    assert any("cross-entropy in nats" in note for note in notes)
    assert any("the initial state, which is zero" in note for note in notes)
    assert not any("layers above" in note for note in answer("credit", length=12)["notes"])


def test_own_arrays_are_numbers_and_their_readout_is_drawn():
    inputs = np.random.default_rng(3).standard_normal((6, 2))
    weights = {"weight_ih_l0": np.eye(3, 2), "weight_hh_l0": 0.5 * np.eye(3)}
    asked = Experiment.of_arrays({"input": "text"}, weights, inputs, {"h": [1.0, 2.0, 3.0]})
    found = answer("credit", asked)
    assert found["measure"] == "mean squared error"
    assert found["t"] == [1, 2, 3, 4, 5]
    assert sum("drawn from the seed" in note for note in found["notes"]) == 1
    # From another state than zero W_hh has something to multiply at the first step.
    assert found["log10_contribution"][0][0] is not None
    assert not any("initial state" in note for note in found["notes"])
    checks = VIEWS["credit"].checks(asked, Memo(2**24))
    assert all(check.passed for check in checks)
    assert all(check.value is not None for check in checks)


def test_a_linear_net_moves_by_the_powers_of_its_matrix():
    found = answer("credit", own([[0.1, 0], [0, 0.1]], loss="last"))
    assert np.diff(found["log10_norm"][0]) == pytest.approx([1, 1, 1, 1], abs=1e-12)


def test_files_carry_every_number():
    result = ask("credit", length=6, hidden=3, truncation="sliding", window=2)
    columns, arrays = result.columns(), result.arrays()
    whole = {"log10_norm_full", "log10_contribution_full", "share_full"}
    assert set(columns) == {"t", "k", "lag", "loss", "log10_norm", "log10_contribution", "share", "kept"} | whole
    assert len(columns["t"]) == 15
    assert np.nansum(columns["share_full"]) == pytest.approx(1)
    assert np.isnan(columns["share"]).sum() == 6
    assert arrays["share_full"].shape == (5, 5)
    assert arrays["log10_contribution_full"][3, 0] == -np.inf


def test_both_maps_stand_on_one_scale_and_tell_both_sizes():
    figure = drawn("credit", length=9, hidden=3)
    maps = [trace for trace in figure["data"] if "customdata" in trace]
    assert [trace.get("xaxis", "x") for trace in maps] == ["x", "x2"]
    assert {trace["coloraxis"] for trace in maps} == {"coloraxis"}
    layout, result = figure["layout"], ask("credit", length=9, hidden=3)
    assert (layout["coloraxis"]["cmin"], layout["coloraxis"]["cmax"]) == (-6, 6)
    assert layout["yaxis"]["range"] == layout["yaxis2"]["range"] == [8.5, 0.5]
    assert layout["xaxis"]["domain"][1] < layout["xaxis2"]["domain"][0]
    for trace, other in zip(maps, (result.credit.log10_contribution, result.credit.log10_norm), strict=True):
        beside, share = np.moveaxis(unpacked(trace["customdata"]), 2, 0)
        told = ~np.isnan(unpacked(trace["z"]))
        assert beside[told] == pytest.approx(other[told], rel=2e-4, abs=1e-3)
        assert share[told] == pytest.approx(result.credit.share[told], rel=1e-3, abs=1e-6)
    grey = [trace for trace in figure["data"] if trace["hovertemplate"].startswith("t = %{y}, k = %{x}<br>exactly")]
    assert [trace["xaxis"] for trace in grey] == ["x2"]
    assert np.isfinite(unpacked(grey[0]["z"])).sum() == 8


def test_what_is_cut_is_faint_in_both_maps():
    cut = [each for each in drawn("credit", length=9, truncation="chunked", window=3)["data"] if "name" in each]
    # Left, the pairs at k = 1 bring nothing and say so: they are a map of their own.
    assert [trace["name"] for trace in cut] == ["cut", "cut", "border", "cut", "border"]
    assert "contribution exactly zero" in cut[1]["hovertemplate"]
    assert {trace["opacity"] for trace in cut if trace["name"] == "cut"} == {FAINT}
    assert all(trace["hovertemplate"].startswith("cut off") for trace in cut if trace["name"] == "cut")


@pytest.mark.parametrize("fields", [{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}])
def test_a_true_gradient_breaks_no_law(fields):
    checks = VIEWS["credit"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
    assert [check.name for check in checks] == ["cells", "sum", "difference"]
    assert all(check.passed and check.value is not None for check in checks)


@pytest.mark.parametrize("fields", [{}, {"model": "lstm"}, {"model": "gru"}, {"layers": 2, "layer": 1}], ids=str)
def test_rows_that_go_back_wrongly_do_not_add_up(monkeypatch, fields):
    fuse, vjp = ElementwiseVJP.fuse, LossGraph.vjp

    def wrongly_fused(self, steps, maps):
        fuse(self, steps, maps)
        maps *= 1.001

    def wrong_vjp(self, step, rows):
        pulled, onto_h = vjp(self, step, rows)
        return (
            type(pulled)(1.001 * pulled.d_state, pulled.d_preactivation, pulled.d_recurrent)
            if len(rows) > 1
            else pulled
        ), onto_h

    monkeypatch.setattr(ElementwiseVJP, "fuse", wrongly_fused)
    monkeypatch.setattr(LossGraph, "vjp", wrong_vjp)
    assert failed("credit", **fields) >= {"sum", "cells"}


def test_a_wrong_slope_is_noticed_by_the_loss_itself(monkeypatch):
    """The slope is wrong wherever it is used: all gradients agree with each other, and not with the loss."""
    made = RNNTrace.__init__

    def wrong(self, *given):
        made(self, *given)
        object.__setattr__(self, "slope", (1 + 1e-4) * self.slope)

    monkeypatch.setattr(RNNTrace, "__init__", wrong)
    assert failed("credit") == failed("bias") == {"difference"}


def test_a_dead_layer_with_a_state_of_its_own_is_not_said_to_begin_with_nothing():
    weights = {"weight_ih_l0": [[0.0]], "weight_hh_l0": [[-1.0]], "bias_ih_l0": [-1.0], "bias_hh_l0": [0.0]}
    asked = Experiment.of_arrays({"activation": "relu"}, weights, [[1.0]] * 4, {"h": [1.0]})
    found = answer("credit", asked)
    assert "exactly zero" in found["sentence"]
    assert not any("initial state" in note or "100 %" in note for note in found["notes"])
