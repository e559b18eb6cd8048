"""The verdict in words, on profiles made by hand."""

import numpy as np
import pytest

from unrolled.core.behaviour.summary import LagProfile, summarise
from unrolled.views.text.verdict import summary_payload, verdict_sentence


def said(median, stride=1):
    """Judge a profile with these medians."""
    sizes = np.array(median, dtype=float)
    profile = LagProfile(stride * np.arange(len(sizes)), sizes, sizes, sizes)
    return verdict_sentence(summarise(profile, stride * (len(sizes) - 1) + 1), profile)


@pytest.mark.parametrize(
    ("median", "sentence"),
    [
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
    ],
)
def test_every_branch(median, sentence):
    assert said(median) == sentence


def test_between_samples_nobody_looked():
    assert said(np.arange(20) * -6.0, stride=10) == (
        "Gradients fade by 10^−0.6 a step: after 1 step less than a thousandth is left."
    )


def test_the_payload_repeats_the_numbers():
    sizes = np.array(np.arange(20) * -0.6, dtype=np.float64)
    profile = LagProfile(np.arange(20), sizes, sizes, sizes)
    found = summary_payload(summarise(profile, 20), profile)
    told = {"reference_lag": 0, "reach": "", "sentence": said(sizes)}
    assert found == {"verdict": "vanishes", "horizon": 5, "rate": pytest.approx(-0.6)} | told


def test_a_single_lag_with_a_path_is_nothing_to_compare():
    """∂h_t/∂c_k of two steps: zero at lag 0, something at lag 1."""
    assert said([-np.inf, -0.9]).startswith("There is only one lag with a path")
    assert said([-np.inf, -np.inf]) == "There is no path at all: every product is exactly zero."
    assert said([0, -np.inf]) == "Gradients die: after 1 step the typical product is exactly zero."
