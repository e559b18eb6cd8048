"""The verdict in words, on hand-written profiles."""

import re

import numpy as np
import pytest

from unrolled.core.behaviour.summary import LagProfile, Summary, summarise
from unrolled.views.text.verdict import (
    DIRECT,
    DIRECT_OF_PANEL,
    MESSAGES,
    direct_sentence,
    horizon_sentence,
    reach_label,
    summary_payload,
    verdict_sentence,
)

CASES = [
    ([0], "There is only one step to see: nothing lies between, so nothing fades and nothing grows."),
    (np.arange(20) * -0.6, "Gradients fade by 10^−0.6 a step: after 6 steps less than a thousandth is left."),
    (np.arange(9) * -4.0, "Gradients fade by 10^−4 a step: after 1 step less than a thousandth is left."),
    (0.6 - 0.6 * np.arange(20), "Gradients fade by 10^−0.6 a step: after 6 steps less than a thousandth is left."),
    (np.arange(11) * -0.2, "Gradients fade by 10^−0.2 a step: after all 10 steps 10^−2 of them is left."),
    ([0, -2], "Gradients fade by 10^−2 a step: after 1 step 10^−2 of them is left."),
    (
        [0, -1, -2, -4, -4, -2],
        "Gradients fade by 10^−1.3 a step: on the way less than a thousandth is "
        "left, though after 5 steps it is more again.",
    ),
    (np.arange(20) * 0.3, "Gradients grow by 10^0.3 a step: after 10 steps they are a thousand times as large."),
    (np.arange(8) * 0.3, "Gradients grow by 10^0.3 a step: after 7 steps they are 10^2.1 times as large."),
    (
        [0, 1, 2, 2, -np.inf],
        "Gradients grow by 10^1 a step: after 2 steps they are 10^2 times as large, "
        "yet after all 4 steps nothing of them is left.",
    ),
    (
        [0, 2, 4, 1, -2],
        "Gradients grow by 10^2 a step: after 2 steps they are a thousand times as large, "
        "yet after all 4 steps 10^−2 of them is left.",
    ),
    (
        [0, -1, -2, 0, 2],
        "Gradients fade by 10^−1 a step over 2 steps, yet after all 4 steps they are 10^2 times as large.",
    ),
    (
        [0, 0, 0, 1, 1.5],
        "Gradients keep their size over 2 steps, yet after all 4 steps they are 10^1.5 times as large.",
    ),
    (np.zeros(8), "Gradients keep their size: after 7 steps they are what they were."),
    (
        np.arange(8) * 0.02,
        "Gradients keep their size: after 7 steps they are 10^0.14 times as large.",
    ),
    (
        np.arange(8) * -0.1,
        "Gradients fade by 10^−0.1 a step, but the sequence is short: after 7 steps 10^−0.7 of them is left.",
    ),
    (
        [0, 0, 0, 0, 0.5],
        "Gradients keep their size: after 4 steps they are 10^0.5 times as large.",
    ),
    (
        [0, 0, 0, 0, -np.inf],
        "Gradients keep their size over 2 steps, yet after all 4 steps nothing of them is left.",
    ),
    ([0, -1, -np.inf, -np.inf], "Gradients die: after 2 steps the typical product is exactly zero."),
]
# Only how they end: (medians, stride, how the sentence ends).
ENDS = [
    ([0, -0.1, -0.2, -0.3, -np.inf], 1, "but the sequence is short: after 4 steps nothing of them is left."),
    ([0, -0.1, -0.2, 0, 0.3], 1, "but the sequence is short: after 4 steps they are 10^0.3 times as large."),
    (
        [0, 0.1, 0.2, 0.3, 0.4],
        1,
        "10^0.1 a step, but the sequence is short: after 4 steps they are 10^0.4 times as large.",
    ),
    ([0, 0.1, 0.2, 0, -0.2], 1, "10^0.1 a step, but the sequence is short: after 4 steps 10^−0.2 of them is left."),
    ([0, 0.1, 0.2, 0, -np.inf], 1, "10^0.1 a step, but the sequence is short: after 4 steps nothing of them is left."),
    ([0, 0, 0, 0, -0.5], 1, "keep their size: after 4 steps 10^−0.5 of them is left."),
    ([0, 0, 0, -1, -1.5], 1, "over 2 steps, yet after all 4 steps 10^−1.5 of them is left."),
    ([0, 1, 2, 0, -2], 1, "they are 10^2 times as large, yet after all 4 steps 10^−2 of them is left."),
    ([0, 2, 4, 1, -np.inf], 1, "a thousand times as large, yet after all 4 steps nothing of them is left."),
    ([0, 4, 8, 12, 16], 10, "Gradients grow by 10^0.4 a step: within 10 steps they are a thousand times as large."),
    ([0, 4, 8, 4, -np.inf], 10, "a thousand times as large, yet after all 40 steps nothing of them is left."),
    ([0, 4, 8, 4, -2], 10, "a thousand times as large, yet after all 40 steps 10^−2 of them is left."),
    ([0, -1, -2, 0, 0.5], 1, "after all 4 steps they are 10^0.5 times as large."),
    ([0, -np.inf, -np.inf], 10, "Gradients die: within 10 steps the typical product is exactly zero."),
    ([-np.inf, -0.9], 1, "with nothing to compare it to, nothing fades and nothing grows."),
    ([-np.inf, -np.inf], 1, "There is no path at all: every product is exactly zero."),
]


def say(median, stride=1):
    """Judge a profile with these medians."""
    sizes = np.array(median, dtype=float)
    profile = LagProfile(stride * np.arange(len(sizes)), sizes, sizes, sizes)
    return verdict_sentence(summarise(profile, stride * (len(sizes) - 1) + 1), profile)


def direct(median, reach):
    """Make a profile of a model without recurrence."""
    sizes = np.array(median, dtype=float)
    return LagProfile(np.arange(len(sizes)), sizes, sizes, sizes, chained=False, reach=reach)


def test_every_branch():
    assert [say(median) for median, _ in CASES] == [sentence for _, sentence in CASES]
    for median, stride, end in ENDS:
        assert say(median, stride).endswith(end)


def test_every_message_is_used():
    sentences = [say(median) for median, _ in CASES] + [say(median, stride) for median, stride, _ in ENDS]
    for key, message in MESSAGES.items():
        pattern = ".+".join(map(re.escape, re.split(r"{\w+}", message)))
        assert any(re.fullmatch(pattern, sentence) for sentence in sentences), key


def test_a_sampled_profile_reports_the_first_lag_below_a_thousandth():
    assert say(np.arange(20) * -6.0, stride=10) == (
        "Gradients fade by 10^−0.6 a step: after 1 step less than a thousandth is left."
    )


def test_the_payload_repeats_the_numbers():
    sizes = np.array(np.arange(20) * -0.6, dtype=np.float64)
    profile = LagProfile(np.arange(20), sizes, sizes, sizes)
    payload = summary_payload(summarise(profile, 20), profile)
    texts = {"reference_lag": 0, "reach": "", "sentence": say(sizes)}
    assert payload == {"verdict": "vanishes", "horizon": 5, "rate": pytest.approx(-0.6)} | texts


def test_a_single_lag_with_a_path_is_nothing_to_compare():
    """∂h_t/∂c_k of two steps: zero at lag 0, something at lag 1."""
    assert say([-np.inf, -0.9]).startswith("There is only one lag with a path")
    assert say([0, -np.inf]) == "Gradients die: after 1 step the typical product is exactly zero."


def test_without_a_chain_the_sentence_states_the_reach():
    profiles = {
        "nothing": direct([-np.inf] * 3, None),
        "one_step": direct([0.0], None),
        "own": direct([-0.5, -np.inf, -np.inf], 0),
        "last": direct([-0.5, -1, -np.inf], 1),
        "all": direct([-0.5, -1, -2], None),
    }
    values = {"count": 2, "size": "10^−1", "lag": 1, "last_size": "10^−2", "last": 2, "panel": "T = 3"}
    for key, profile in profiles.items():
        assert direct_sentence(profile) == DIRECT[key].format(**values)
        assert direct_sentence(profile, "T = 3") == DIRECT_OF_PANEL[key].format(**values)
    assert {key: reach_label(profile) for key, profile in profiles.items()} == {
        "nothing": "sees nothing", "one_step": "one hop", "own": "own step", "last": "last 2 steps", "all": "one hop",
    }  # fmt: skip


def test_the_horizon_is_the_last_lag_with_a_thousandth_left():
    horizons = {1: "1 step", 1500: "1500 steps"}
    for lag, steps in horizons.items():
        sentence = horizon_sentence(Summary("vanishes", lag, -0.002))
        assert sentence == f"Up to {steps} back at least a thousandth of the gradient is left; beyond, less."
    assert horizon_sentence(Summary("explodes", None, 0.5)) == (
        "Nowhere in this picture does the typical gradient shrink to a thousandth."
    )
    assert horizon_sentence(Summary("preserves", None, 0.0)) == (
        "At every lag in this picture at least a thousandth of the gradient is left."
    )
