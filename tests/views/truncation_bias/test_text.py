"""The advice, what it saves, and how a truncation that is set is judged."""

import pytest

from tests.views.asking import answer, own


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


def test_where_nothing_can_be_left_out_that_is_said():
    found = answer("bias", own([[1.0]], length=9, loss="last", tolerance=1e-6))
    assert found["sentence"] == "The gradient of W_hh is exactly zero: no truncation can be right or wrong."
    chaotic = answer("bias", length=100, gain=4, init="gaussian")
    assert chaotic["sentence"].endswith("either kind needs K = 100, all of the sequence.")
