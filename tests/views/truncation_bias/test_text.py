"""The advice, what it saves, and how a truncation that is set is judged."""

import numpy as np
import pytest

from tests.views.answers import answer, own
from unrolled.views.truncation_bias.text import Advice, Saving, bias_notes, bias_sentence


def test_what_it_saves_is_counted():
    """RNN, H = 16, D = 1: a step leaves h, the slope and x; W_hh and W_ih have 272 entries, 4 operations each."""
    response = answer("bias", model="rnn", length=32, tolerance=0.2)
    assert response["whole"] == {"steps": 31, "bytes": 31 * 8 * 33, "flops": 31 * 4 * 272}
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
    assert sliding["work"] == pytest.approx(sliding["window"] / 31)
    assert f"{100 * sliding['work']:.0f} % of the work" in response["sentence"]


def test_the_set_truncation_is_judged():
    response = answer("bias", truncation="sliding", window=3, tolerance=0.01)
    assert response["truncation"] == {
        "kind": "sliding",
        "window": 3,
        **{name: response["sliding"][name][2] for name in ("bias", "cosine", "ratio")},
    }
    (current,) = [note for note in response["notes"] if note.startswith("Truncated, sliding at K = 3: cosine 0.")]
    assert current.endswith("above the tolerance.")
    payload = answer("bias", truncation="chunked", window=5000)
    assert payload["truncation"]["bias"] == 0.0
    assert answer("bias")["truncation"] == {"kind": "none", "window": 8, "bias": None, "cosine": None, "ratio": None}


def test_where_nothing_can_be_left_out_the_text_says_so():
    response = answer("bias", own([[1.0]], length=9, loss="last", tolerance=1e-6))
    assert response["sentence"] == "The gradient of W_hh is exactly zero: no truncation can be right or wrong."
    chaotic = answer("bias", length=100, gain=4, init="gaussian")
    assert chaotic["sentence"].endswith("either kind needs K = 100, all of the sequence.")


def advice_of(chunked, sliding, **current):
    """Return the advice of two windows out of 10 steps, with the work of each in units of a whole backward pass."""
    savings = {
        kind: Saving(window, 0.1, 0.9, 8 * window, work, 1.0, window >= 10)
        for kind, (window, work) in {"chunked": chunked, "sliding": sliding}.items()
    }
    return Advice(savings, 0.25, 10, 8, 1.0, "chunked", 4, {"bias": 0.2, "cosine": np.nan, "ratio": 0.5} | current)


@pytest.mark.parametrize(
    ("chunked", "sliding", "sentence"),
    [
        (
            (4, 1.0),
            (10, 1.0),
            "a chunked truncation needs K = 4, a sliding one K = 10, all of the sequence. Chunked "
            "saves memory, 32 bytes "
            "instead of 80 bytes, and no work: every step is still gone through once.",
        ),
        (
            (10, 1.0),
            (2, 0.5),
            "a chunked truncation needs K = 10, all of the sequence, a sliding one K = 2. Sliding "
            "keeps 16 bytes and takes "
            "50 % of the work of a whole backward pass.",
        ),
        (
            (4, 0.4),
            (2, 3.0),
            "a chunked truncation needs K = 4, a sliding one K = 2. Chunked saves memory, 32 bytes "
            "instead of 80 bytes, "
            "and takes 40 % of the work of a whole backward pass. Sliding keeps 16 bytes and takes "
            "3 times the work of a "
            "whole backward pass, as every loss goes back by itself.",
        ),
        ((10, 1.0), (10, 1.0), "nothing can be left out: either kind needs K = 10, all of the sequence."),
    ],
)
def test_the_advice_says_what_each_kind_needs_and_takes(chunked, sliding, sentence):
    assert bias_sentence(advice_of(chunked, sliding)) == f"For a bias of at most 0.25 {sentence}"


def test_a_gradient_that_is_zero_once_truncated_has_no_cosine():
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0)), 100.0, 1, np.arange(1, 11))
    assert first == "Truncated, chunked at K = 4: length ratio 0.5 and bias 0.2, within the tolerance."
    # Just as wrong as is tolerated is tolerated.
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0), bias=0.25), 100.0, 1, np.arange(1, 11))
    assert first.endswith("bias 0.25, within the tolerance.")
    first, *_ = bias_notes(advice_of((4, 1.0), (4, 1.0), bias=1.0, ratio=0.0), 100.0, 1, np.arange(1, 11))
    assert first == "Truncated, chunked at K = 4: length ratio 0 and bias 1, above the tolerance."


def test_a_truncation_without_a_gradient_is_not_judged():
    chunked = answer("bias", own([[1.0]], length=9, loss="last", truncation="chunked", window=2))
    assert not any("K = 2" in note or "nan" in note for note in chunked["notes"])
    assert any("K = 2" in note for note in answer("bias", length=9, truncation="chunked", window=2)["notes"])
