"""The bias view: gradients that are truly cut off, the advice and what it saves, the figure, the laws."""

import json
from typing import Any

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own, unpacked
from tests.views.losing import Plain
from tests.views.test_checks import failed
from unrolled.core.loss import truncation_bias as core
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

CASES: dict[str, dict[str, Any]] = {
    "rnn": {},
    "lstm": {"model": "lstm", "init": "orthogonal"},
    "lower of two": {"model": "gru", "layers": 2, "layer": 1},
    "text": {"input": "text", "text": "abcabba", "model": "lstm"},
}


@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("case", CASES)
def test_every_curve_is_that_of_a_gradient_that_is_cut_off(case, loss):
    """HIPS autograd holds the state fixed where a chunk begins, or K steps before each loss."""
    asked = experiment(**{"length": 7, "hidden": 3, "loss": loss} | CASES[case])
    found, plain = answer("bias", asked), Plain(asked)
    steps = list(plain.steps) if loss == "sum" else [plain.steps[-1]]
    whole = sum(plain.gradient(t, 0) for t in steps)
    assert found["windows"] == [1, 2, 3, 4, 5, 6, 7]
    begins = {"chunked": lambda t, window: (t - 1) // window * window, "sliding": lambda t, window: max(0, t - window)}
    for kind, begin in begins.items():
        for place, window in enumerate(found["windows"]):
            cut = sum(plain.gradient(t, begin(t, window)) for t in steps)
            length, size = np.linalg.norm(cut), np.linalg.norm(whole)
            told = {name: found[kind][name][place] for name in ("bias", "cosine", "ratio")}
            assert told["bias"] == pytest.approx(np.linalg.norm(cut - whole) / size, abs=1e-10)
            assert told["ratio"] == pytest.approx(length / size, rel=1e-9)
            assert told["cosine"] == pytest.approx((cut * whole).sum() / (length * size), abs=1e-10)


@pytest.mark.parametrize("fields", [{}, {"model": "gru", "loss": "last"}, {"length": 200, "hidden": 4}])
def test_the_advice_is_the_smallest_that_holds_from_there_on(fields):
    for tolerance in (0.5, 0.1, 0.01, 1e-9):
        found = answer("bias", **fields, tolerance=tolerance)
        for kind in ("chunked", "sliding"):
            chosen = found["advice"][kind]["window"]
            place, curve = found["windows"].index(chosen), found[kind]["bias"]
            assert max(curve[place:]) <= tolerance
            assert place == 0 or curve[place - 1] > tolerance
            assert found["advice"][kind]["bias"] == curve[place]


def test_what_it_saves_is_counted():
    """RNN, H = 16, D = 1: a step leaves h, the slope and x; W_hh and W_ih have 272 entries, 4 operations each."""
    found = answer("bias", model="rnn", length=32, tolerance=0.2)
    assert found["whole"] == {"steps": 31, "bytes": 31 * 8 * 33, "flops": 31 * 4 * 272}
    chunked, sliding = found["advice"]["chunked"], found["advice"]["sliding"]
    for advised in (chunked, sliding):
        assert advised["bytes"] == advised["window"] * 8 * 33
    assert (chunked["flops"], chunked["work"]) == (found["whole"]["flops"], 1.0)
    k = sliding["window"]
    assert sliding["flops"] == (k * (k + 1) // 2 + (31 - k) * k) * 4 * 272
    assert f"takes {sliding['work']:.2g} times the work of a whole backward pass" in found["sentence"]
    assert "and no work: every step is still gone through once" in found["sentence"]


def test_a_single_loss_is_less_work_when_it_is_cut_off():
    found = answer("bias", loss="last", tolerance=0.2)
    sliding = found["advice"]["sliding"]
    assert sliding["work"] == pytest.approx(sliding["window"] / 31)
    assert f"{100 * sliding['work']:.0f} % of the work" in found["sentence"]


def test_the_tolerance_moves_the_advice_and_nothing_else():
    wide, narrow = (answer("bias", tolerance=at) for at in (0.5, 0.001))
    moved = {name for name in wide if wide[name] != narrow[name]}
    assert moved == {"tolerance", "advice", "sentence"}
    assert wide["advice"]["sliding"]["window"] < narrow["advice"]["sliding"]["window"]


def test_the_set_truncation_is_judged():
    found = answer("bias", truncation="sliding", window=3, tolerance=0.01)
    assert found["truncation"] == {
        "kind": "sliding",
        "window": 3,
        **{name: found["sliding"][name][2] for name in ("bias", "cosine", "ratio")},
    }
    (told,) = [note for note in found["notes"] if note.startswith("Truncated, sliding at K = 3: cosine 0.")]
    assert told.endswith("above the tolerance.")
    whole = answer("bias", truncation="chunked", window=5000)
    assert whole["truncation"]["bias"] == 0.0
    assert answer("bias")["truncation"] == {"kind": "none", "window": 8, "bias": None, "cosine": None, "ratio": None}


def test_a_chosen_k_of_a_long_sequence_is_measured_too():
    found = answer("bias", length=400, hidden=3, truncation="sliding", window=123)
    assert 123 in found["windows"]
    assert any(note.startswith("K was measured at") for note in found["notes"])
    assert any("More data makes it less noisy, not less wrong" in note for note in found["notes"])


def test_where_nothing_can_be_left_out_that_is_said():
    found = answer("bias", own([[1.0]], length=9, loss="last", tolerance=1e-6))
    assert found["sentence"] == "The gradient of W_hh is exactly zero: no truncation can be right or wrong."
    chaotic = answer("bias", length=100, gain=4, init="gaussian")
    assert chaotic["sentence"].endswith("either kind needs K = 100, all of the sequence.")


@pytest.mark.parametrize("fields", [{"length": 1}, {"length": 2}, {"input": "text", "amplitude": 0}])
def test_without_a_gradient_there_is_no_bias(fields):
    found = answer("bias", **fields)
    assert found["advice"] == {"chunked": None, "sliding": None}
    assert set(found["sliding"]["bias"]) == {None}
    figure = drawn("bias", **fields)
    assert figure["data"] == []
    json.dumps(figure, allow_nan=False)
    assert not failed("bias", **{"hidden": 16} | fields)


def test_own_weights_are_truncated_too():
    rng = np.random.default_rng(4)
    weights = {"weight_ih_l0": rng.standard_normal((12, 2)), "weight_hh_l0": rng.standard_normal((12, 3))}
    asked = Experiment.of_arrays({"model": "lstm", "tolerance": 0.05}, weights, rng.standard_normal((11, 2)))
    found = answer("bias", asked)
    assert found["windows"] == list(range(1, 12))
    # a (4H), h and c, and x.
    assert found["whole"]["bytes"] == 10 * 8 * (12 + 6 + 2)
    assert all(check.passed for check in VIEWS["bias"].checks(asked, Memo(2**24)))


def test_files_carry_every_curve():
    result = ask("bias", length=9, hidden=3)
    columns, arrays = result.columns(), result.arrays()
    assert set(columns) == {"kind", "window", "bytes", "bias", "cosine", "ratio", "flops"}
    assert len(columns["kind"]) == 18
    assert arrays["sliding_bias"].tolist() == result.payload()["sliding"]["bias"]


def test_the_figure_has_curves_tolerance_and_advice():
    figure, found = drawn("bias", tolerance=0.2, truncation="chunked"), answer("bias", tolerance=0.2)
    named = {trace["name"]: trace for trace in figure["data"] if trace["name"] != "advised"}
    assert list(named)[:3] == ["chunked", "sliding", "tolerated: 0.2"]
    assert unpacked(named["sliding"]["y"])[:5] == pytest.approx(found["sliding"]["bias"][:5], rel=1e-6)
    assert unpacked(named["chunked, length ratio"]["y"]) == pytest.approx(found["chunked"]["ratio"], rel=1e-6)
    marked = [trace for trace in figure["data"] if trace["name"] == "advised"]
    assert [trace["x"] for trace in marked] == [[found["advice"][kind]["window"]] for kind in ("chunked", "sliding")]
    layout = figure["layout"]
    assert layout["xaxis"]["type"] == layout["xaxis2"]["type"] == layout["yaxis"]["type"] == "log"
    assert [shape["x0"] for shape in layout["shapes"]] == [8, 8]
    assert not drawn("bias")["layout"].get("shapes")


@pytest.mark.parametrize("fields", [{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}])
def test_true_curves_break_no_law(fields):
    checks = VIEWS["bias"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
    assert [check.name for check in checks] == ["whole", "one step", "difference"]
    assert all(check.passed and check.value is not None for check in checks)


def test_chunks_that_end_one_step_late_are_noticed(monkeypatch):
    true = core.chunked_gradients
    monkeypatch.setattr(core, "chunked_gradients", lambda way, windows: true(way, windows + 1))
    assert failed("bias") == {"one step"}


def test_a_loss_that_is_forgotten_is_noticed(monkeypatch):
    true = core.sliding_gradients
    monkeypatch.setattr(core, "sliding_gradients", lambda way, windows: true(way.only(way.steps[:-1]), windows))
    assert failed("bias") == {"whole", "one step"}
