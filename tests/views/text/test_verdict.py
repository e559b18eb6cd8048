"""The verdict in words, on hand-written profiles."""

import re

import numpy as np
import pytest

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import VERDICTS, Summary, summarise
from unrolled.views.text.verdict import (
    MESSAGES,
    horizon_sentence,
    summary_payload,
    verdict_label,
    verdict_meanings,
    verdict_sentence,
)

INF = np.inf


def bent(what, size, bend, last_size, end, below=None):
    """Say what is said where no one rate describes the sizes."""
    tail = "" if below is None else f"; below 1/1000 after {below} steps"
    return (
        f"The gradient {what}, but not at one rate: its norm goes from 1 at lag 0 to {size} at lag {bend} and "
        f"{last_size} at lag {end}{tail}."
    )


CASES = [
    ([0], "With one step there is no product of Jacobians."),
    ([-INF, -0.9], "Only one lag has a path: there is nothing to compare it with."),
    ([-INF, -INF], "There is no path: every product of Jacobians is exactly zero."),
    ([0, -1, -INF, -INF], "The gradient is exactly zero from lag 2 on (median over t)."),
    (np.arange(20) * -0.6, "The gradient vanishes: × 0.25 per step, below 1/1000 after 6 steps."),
    (0.6 - 0.6 * np.arange(20), "The gradient vanishes: × 0.25 per step, below 1/1000 after 6 steps."),
    (np.arange(11) * -0.2, "The gradient vanishes: × 0.63 per step, 10 % is left after 5 steps."),
    ([0, -2], "The gradient vanishes: × 0.010 per step, 1 % is left after 1 step."),
    (
        [0, -2, -2, -2, -2],
        bent("vanishes", "0.010", 1, "0.010", 2),
    ),
    (
        [0, -2, -2, -4, -4],
        bent("vanishes", "0.010", 1, "0.010", 2, 3),
    ),
    (np.arange(401) * -0.02, "The gradient decays slowly: × 0.955 per step, below 1/1000 after 151 steps."),
    (np.arange(21) * -0.02, "The gradient decays slowly: × 0.955 per step, 63 % is left after 10 steps."),
    (
        [0, 0.5, 0, -0.02, *[-0.04] * 4],
        bent("decays on the whole", "3.2", 1, "0.912", 4),
    ),
    (
        [0, 0.5, 0, -0.02, *[-0.04] * 2, *[-4] * 3],
        bent("decays on the whole", "3.2", 1, "0.912", 4, 6),
    ),
    (np.zeros(8), "The gradient is preserved: × 1.00 per step, the same norm after 4 steps."),
    (np.arange(8) * -0.002, "The gradient is preserved: × 0.995 per step, 98 % is left after 4 steps."),
    (np.arange(8) * 0.002, "The gradient is preserved: × 1.00 per step, 1.02 times as large after 4 steps."),
    ([*np.zeros(6), -4.0], "The gradient is nearly preserved: × 1.00 per step, below 1/1000 after 6 steps."),
    (
        [0, 0.5, 0.5, 0.5, 0, 0, 0, 0],
        bent("is preserved on the whole", "3.2", 1, "1.00", 4),
    ),
    (
        [0, 0.5, 0.5, 0.5, 0, 0, -4, -4],
        bent("is preserved on the whole", "3.2", 1, "1.00", 4, 6),
    ),
    (np.arange(8) * 0.02, "The gradient grows slowly: × 1.05 per step, 1.2 times as large after 4 steps."),
    (np.arange(401) * 0.02, "The gradient grows slowly: × 1.05 per step, more than 1000-fold after 150 steps."),
    (
        [*np.arange(5) * 0.02, -4, -4, -4],
        "The gradient grows slowly: × 1.05 per step at first, yet it is below 1/1000 after 5 steps.",
    ),
    (
        [0, 0.5, 0.5, 0.5, 0.2, 0, 0, 0],
        bent("grows on the whole", "3.2", 1, "1.6", 4),
    ),
    (
        [0, 0.5, 0.5, 0.5, 0.2, -4, -4, -4],
        bent("grows on the whole", "3.2", 1, "1.6", 4, 5),
    ),
    (np.arange(8) * 0.3, "The gradient explodes: × 2.0 per step, 16 times as large after 4 steps."),
    (np.arange(20) * 0.3, "The gradient explodes: × 2.0 per step, more than 1000-fold after 10 steps."),
    ([0, 1, 2, 0, -4], "The gradient explodes: × 10 per step at first, yet it is below 1/1000 after 4 steps."),
    (
        [0, 2, 2, 2, 2],
        bent("explodes", "100", 1, "100", 2),
    ),
    (
        [0, 2, 2, 2, -4],
        bent("explodes", "100", 1, "100", 2, 4),
    ),
]


def profile_of(median, stride=1):
    """Make a profile with these medians."""
    sizes = np.array(median, dtype=float)
    return LagProfile(stride * np.arange(len(sizes)), sizes, sizes, sizes)


def say(median, stride=1):
    """Judge a profile with these medians."""
    profile = profile_of(median, stride)
    return verdict_sentence(summarise(profile), profile)


def test_every_branch():
    assert [say(median) for median, _ in CASES] == [sentence for _, sentence in CASES]


def test_every_message_is_used():
    sentences = [say(median) for median, _ in CASES]
    for key, message in MESSAGES.items():
        pattern = ".+".join(map(re.escape, re.split(r"{\w+}", message)))
        assert any(re.fullmatch(pattern, sentence) for sentence in sentences), key


def test_between_samples_nobody_knows_when_it_was_a_thousandfold():
    assert say(np.arange(9) * 4.0, stride=10) == (
        "The gradient explodes: × 2.5 per step, 1.0 × 10^16 times as large after 40 steps."
    )


def test_what_is_beyond_a_thousandth_bends_no_line():
    # Only beyond a thousandth is it off by more than 0.3 decades.
    bent = say([0, -1, -2, -3, -3.6, -5, *[-6] * 7])
    assert bent == "The gradient vanishes: × 0.10 per step, below 1/1000 after 4 steps."
    assert "not at one rate" in say([0, -2.4, -2.6, -2.8, -3, *[-3.2] * 5])


def test_the_payload_repeats_the_numbers():
    sizes = np.array(np.arange(20) * -0.6, dtype=np.float64)
    profile = profile_of(sizes)
    payload = summary_payload(summarise(profile), profile)
    texts = {"reference_lag": 0, "reach": "", "far_share": None, "zero_from": None, "sentence": say(sizes)}
    texts |= {"label": "× 0.25 per step"}
    assert payload == {"verdict": "vanishes", "horizon": 5, "rate": pytest.approx(-0.6)} | texts


def test_labels_are_short():
    labels = [verdict_label(summarise(profile), profile) for profile in map(profile_of, ([0, -1], [0, -INF], [0]))]
    assert labels == ["× 0.10 per step", "exactly zero", "one lag"]


def test_the_help_says_what_every_verdict_means():
    meanings = verdict_meanings()
    assert [part.split(":")[0] for part in meanings.split("; ")] == list(VERDICTS)
    assert "vanishes: it halves within 5 steps; decays: it halves within 100 steps" in meanings


def test_the_horizon_is_the_last_lag_with_a_thousandth_left():
    profile = profile_of([0, -1])
    horizons = {0: "0 steps", 1: "1 step", 1500: "1,500 steps"}
    for lag, steps in horizons.items():
        sentence = horizon_sentence(Summary("vanishes", lag, -0.002), profile)
        assert sentence == f"Memory horizon: {steps} (median norm at least 1/1000 of that at lag 0)."
        assert sentence.values["lag"] == lag
    assert horizon_sentence(Summary("explodes", None, 0.5), profile) == (
        "Memory horizon: the whole sequence (median norm nowhere below 1/1000 of that at lag 0)."
    )
    zero = profile_of([-INF, -INF])
    assert horizon_sentence(summarise(zero), zero) == "Memory horizon: 0 steps (every product is exactly zero)."
