"""Which bound on the decay held, on hand-written numbers."""

import re

import numpy as np

from unrolled.core.behaviour.bounds import WeightBounds
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.views.text.bounds import MESSAGES, bound_sentence, gate_sentence, no_chain_sentence

LAG, STEPS = np.arange(4), np.arange(4.0)
DEAD, ALIVE = Summary("zero", 0, None, 1), Summary(None, None, None)
OUTCOMES = [DEAD, Summary("vanishes", 3, -0.5), Summary("preserves", None, 0.0), Summary("explodes", None, 0.5)]


def profile(rate, count=4):
    """Make sizes that change by so many decades a step."""
    sizes = rate * LAG[:count].astype(float)
    return LagProfile(LAG[:count], sizes, sizes, sizes)


def bounded(sigma, radius, summary, rate, *, gamma=1.0, activation="tanh", count=4):
    """Return the sentence on a bound."""
    allowed = np.log10(gamma * sigma) * LAG[:count] if sigma else np.zeros(count)
    bounds, phi = WeightBounds(gamma, sigma, radius), ACTIVATIONS[activation]
    return bound_sentence(profile(rate, count), summary, bounds, allowed, phi)


def sentences():
    """Return a sentence for every possible outcome."""
    none = np.full(4, np.nan)
    for summary in OUTCOMES:
        yield gate_sentence(profile(summary.rate or 0.0), summary, none, has_matrix_bound=True)
        yield gate_sentence(profile(summary.rate or 0.0), summary, none, has_matrix_bound=False)
        yield gate_sentence(profile(summary.rate or 0.0), summary, -0.1 * STEPS, has_matrix_bound=False)
        yield bounded(10.0, 0.5, summary, summary.rate or 0.0)
        if summary.verdict != "explodes":
            yield bounded(1.0, 0.5, summary, summary.rate or 0.0)
    yield gate_sentence(profile(-0.1), Summary("vanishes", None, -0.1), -0.1 * STEPS, has_matrix_bound=False)
    for has_bound in (True, False):
        yield gate_sentence(profile(0.0), ALIVE, none, has_matrix_bound=has_bound)
    yield gate_sentence(profile(0.0), ALIVE, -0.1 * STEPS, has_matrix_bound=False)
    yield gate_sentence(profile(0.0, 1), ALIVE, none[:1], has_matrix_bound=False)
    yield bounded(0.5, 0.5, ALIVE, 0.0, count=1)
    yield bounded(0.0, 0.0, DEAD, 0.0)
    yield bounded(0.1, 0.1, DEAD, -1.0)
    yield bounded(0.1, 0.1, Summary("vanishes", 1, -1.0), -1.0)
    yield bounded(0.5, 0.4, Summary("vanishes", 1, -1.0), -1.0)
    yield bounded(0.5, 0.4, Summary("vanishes", 1, -1.0), -1.0, activation="identity")
    yield bounded(0.5, 0.0, Summary("vanishes", 1, -1.0), -1.0)
    yield bounded(10.0, 0.5, Summary("explodes", None, 0.5), 0.5, gamma=1.1, activation="selu")
    yield no_chain_sentence(LagProfile(LAG, -LAG / 2, -LAG / 2, -LAG / 2, chained=False))


def test_every_message_is_used():
    """No true product can break a bound: the numbers below are invented."""
    text = " ".join(sentences())
    for key, message in MESSAGES.items():
        pattern = r"[^:;]+".join(map(re.escape, re.split(r"{\w+}", message)))
        assert key == "exceeded" or re.search(pattern, text), key


def test_a_violated_bound_would_be_reported():
    summary, bound = Summary("explodes", None, 1.0), np.log10(2) * LAG
    sentence = bound_sentence(profile(1.0), summary, WeightBounds(1, 2, 2), bound, ACTIVATIONS["tanh"])
    assert sentence.startswith("The bound is exceeded, which no true product can do: γσ_max is 2.")


def test_the_product_of_the_gates_is_compared_with_the_measured_decay():
    sentence = gate_sentence(profile(-0.5), Summary("vanishes", 3, -0.5), -0.1 * STEPS, has_matrix_bound=False)
    assert sentence == (
        "The gate that keeps the past would by itself leave × 0.79 per step; measured is × 0.32 per step: "
        "what is measured decays faster."
    )
    summary = Summary("preserves", None, 0.0)
    sentence = gate_sentence(profile(0.0), summary, -0.5 * STEPS, has_matrix_bound=False)
    assert "carry more than the gate" in sentence


def test_across_layers_no_constant_bounds_a_step():
    sentence = gate_sentence(profile(0.5), Summary("explodes", None, 0.5), np.full(4, np.nan), has_matrix_bound=True)
    assert sentence == "Across layers no constant bounds a step; measured is × 3.2 per step."
