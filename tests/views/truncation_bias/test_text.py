"""The advice, what it saves, and how a truncation that is set is judged."""

import numpy as np
import pytest

from tests.views.answers import answer, own
from unrolled.views.truncation_bias.advice import Advice, Saving
from unrolled.views.truncation_bias.text import bias_notes, bias_sentence


def test_what_it_saves_is_counted():
    """RNN, H = 16, D = 1: a step leaves h, the slope and x; W_hh and W_ih have 272 entries, 4 operations each."""
    response = answer("bias", model="rnn", length=32, gain=0.3, tolerance=0.2)
    assert response["whole"] == {"steps": 31, "bytes": 31 * 8 * 33, "flops": 31 * 4 * 272}
    assert response["advice"]["chunked"]["window"] < 31
    chunked, sliding = response["advice"]["chunked"], response["advice"]["sliding"]
    for advised in (chunked, sliding):
        assert advised["bytes"] == advised["window"] * 8 * 33
    assert (chunked["flops"], chunked["work"]) == (response["whole"]["flops"], 1.0)
    k = sliding["window"]
    assert sliding["flops"] == (k * (k + 1) // 2 + (31 - k) * k) * 4 * 272
    assert f"takes {sliding['work']:.2g} times the work of a whole backward pass" in response["sentence"]
    assert "and no work: every step is still gone through once" in response["sentence"]


def test_a_single_loss_is_less_work_when_it_is_cut_off():
    response = answer("bias", loss="last", tolerance=0.2)
    sliding = response["advice"]["sliding"]
    # A chunked one ends at the last step, wherever its last cut is.
    steps = [np.mean([(31 - 1 - cut) % 20 + 1 for cut in (0, 2, 5, 7, 10, 12, 15, 17)]), 31]
    assert [response["chunked"]["flops"][place] for place in (19, 30)] == pytest.approx(np.array(steps) * 4 * 272)
    assert sliding["work"] == pytest.approx(sliding["window"] / 31)
    assert f"{100 * sliding['work']:.0f} % of the work" in response["sentence"]


def test_the_set_truncation_is_judged():
    response = answer("bias", truncation="sliding", window=3, tolerance=0.01)
    set_ = {name: response["sliding"][name][2] for name in ("bias", "cosine", "ratio")}
    assert response["truncation"] == {"kind": "sliding", "window": 3, **set_}
    (current,) = [note for note in response["notes"] if note.startswith("Truncated, sliding at K = 3: cosine 0.")]
    assert current.endswith("above the tolerance.")
    payload = answer("bias", truncation="chunked", window=5000)
    assert payload["truncation"]["bias"] == 0.0
    assert answer("bias")["truncation"] == {"kind": "none", "window": 8, "bias": None, "cosine": None, "ratio": None}


def test_where_nothing_can_be_left_out_the_text_says_so():
    response = answer("bias", own([[1.0]], length=9, loss="last", tolerance=1e-6))
    assert response["sentence"] == "The gradient of W_hh is exactly zero: no truncation can be right or wrong."
    chaotic = answer("bias", length=100, gain=4, init="gaussian", tolerance=1e-9)
    # Nothing comes from step 1 to the last one: h_0 is zero.
    assert "a chunked truncation needs K = 99, every step up to the last loss. A sliding" in chaotic["sentence"]
    assert "A sliding one needs K = 98. Sliding keeps" in chaotic["sentence"]


def advice_of(chunked, sliding, cuts=8, count=None, **current):
    """Return the advice of two windows out of 10 steps, with the work of each in units of a whole backward pass."""
    savings = {
        kind: Saving(window, 0.1, 0.08, 0.9, cuts, 8 * window, work, 1.0, window >= 10)
        for kind, (window, work) in {"chunked": chunked, "sliding": sliding}.items()
    }
    set_ = {"bias": 0.2, "cosine": np.nan, "ratio": 0.5} | current
    return Advice(savings, 0.25, 10, 8, 1.0, "chunked", 4, set_, count, 5)


SAVED = " Chunked saves memory, 32 bytes instead of 80 bytes, and no work: every step is still gone through once."
WHOLE = "nothing can be left out: either kind needs K = 10, every step up to the last loss."


@pytest.mark.parametrize(
    ("chunked", "sliding", "more", "sentence"),
    [
        (
            (4, 1.0),
            (10, 1.0),
            {"cuts": 4},
            "a chunked truncation needs K = 4, with its first cut at the worst of 4 places. A sliding one needs "
            "K = 10, every step up to the last loss." + SAVED,
        ),
        (
            (4, 1.0),
            (10, 1.0),
            {"count": 6},
            "a chunked truncation needs at least K = 4, with its first cut at the worst of 8 places. A sliding one "
            "needs K = 10, every step up to the last loss." + SAVED,
        ),
        (
            (10, 1.0),
            (2, 0.5),
            {"count": 6},
            "a chunked truncation needs K = 10, every step up to the last loss. A sliding one needs K = 2. Sliding "
            "keeps 16 bytes and takes 50 % of the work of a whole backward pass.",
        ),
        (
            (1, 0.4),
            (2, 3.0),
            {"cuts": 1},
            "a chunked truncation needs K = 1. A sliding one needs K = 2. Chunked saves memory, 8 bytes instead of 80 "
            "bytes, and takes 40 % of the work of a whole backward pass. Sliding keeps 16 bytes and takes 3 times the "
            "work of a whole backward pass, as every loss goes back by itself.",
        ),
        ((10, 1.0), (10, 1.0), {}, WHOLE),
    ],
)
def test_the_advice_says_what_each_kind_needs_and_takes(chunked, sliding, more, sentence):
    assert bias_sentence(advice_of(chunked, sliding, **more)) == f"For a bias of at most 0.25 {sentence}"


def test_a_sentence_keeps_what_either_kind_keeps_and_takes():
    values = bias_sentence(advice_of((4, 0.4), (2, 3.0))).values
    assert values == {
        "tolerance": 0.25, "chunked": 4, "cuts": 8, "sliding": 2, "whole": 80,
        "chunked_kept": 32, "chunked_share": 0.4, "sliding_kept": 16, "sliding_factor": 3.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (4, "from 1 to 11, 5 of them larger than the advised one: a K between these may yet be above the tolerance."),
        (10, "chunked at 6 values from 1 to 11: at 9 it is above the tolerance."),
    ],
)
def test_where_some_k_are_measured_the_notes_say_which(window, said):
    *_, last = bias_notes(advice_of((window, 1.0), (2, 1.0), count=6), 100.0, 1)
    assert last.startswith("Sliding was measured at every K, chunked at 6 values")
    assert last.endswith(said)


def test_a_gradient_that_is_zero_once_truncated_has_no_cosine():
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0)), 100.0, 1)
    assert (
        first
        == "Truncated, chunked from the first step on at K = 4: length ratio 0.5 and bias 0.2, within the tolerance."
    )
    # Just as wrong as is tolerated is tolerated.
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0), bias=0.25), 100.0, 1)
    assert first.endswith("bias 0.25, within the tolerance.")
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0), bias=1.0, ratio=0.0), 100.0, 1)
    assert (
        first == "Truncated, chunked from the first step on at K = 4: length ratio 0 and bias 1, above the tolerance."
    )


def test_a_truncation_without_a_gradient_is_not_judged():
    chunked = answer("bias", own([[1.0]], length=9, loss="last", truncation="chunked", window=2))
    assert not any("K = 2" in note or "nan" in note for note in chunked["notes"])
    assert any("K = 2" in note for note in answer("bias", length=9, truncation="chunked", window=2)["notes"])
