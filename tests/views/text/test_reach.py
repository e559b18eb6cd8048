"""What a model without recurrence sees, in words."""

import numpy as np

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import summarise
from unrolled.views.text.reach import DIRECT, DIRECT_OF_PANEL, direct_sentence, reach_label
from unrolled.views.text.verdict import horizon_sentence, verdict_label, verdict_sentence


def direct(median, reach):
    """Make a profile of a model without recurrence."""
    sizes = np.array(median, dtype=float)
    return LagProfile(np.arange(len(sizes)), sizes, sizes, sizes, chained=False, reach=reach, far_share=0.25)


PROFILES = {
    "nothing": direct([-np.inf] * 3, None),
    "one_step": direct([0.0], None),
    "own": direct([-0.5, -np.inf, -np.inf], 0),
    "last": direct([-0.5, -1, -np.inf], 1),
    "all": direct([-0.5, -1, -2], None),
}


def test_without_a_chain_the_sentence_states_the_reach():
    values = {"count": 2, "size": "0.10", "lag": 1, "last_size": "0.010", "last": 2, "panel": "T = 3"}
    for key, profile in PROFILES.items():
        assert direct_sentence(profile) == DIRECT[key].format(**values)
        assert direct_sentence(profile, "T = 3") == DIRECT_OF_PANEL[key].format(**values)
    assert direct_sentence(PROFILES["all"]).values == {"size": -1, "lag": 1, "last_size": -2, "last": 2}


def test_what_far_inputs_have_is_said_in_place_of_a_horizon():
    profile = PROFILES["all"]
    sentence = horizon_sentence(summarise(profile), profile)
    assert sentence == "The earlier half of the inputs has 25 % of the squared influence on the last output."
    assert sentence.values == {"share": 0.25}


def test_its_label_is_the_reach():
    labels = {key: reach_label(profile) for key, profile in PROFILES.items()}
    assert labels == {
        "nothing": "no dependence", "one_step": "path length 1", "own": "current input only", "last": "context of 2",
        "all": "path length 1",
    }  # fmt: skip


def test_the_verdict_is_the_reach():
    profile = PROFILES["all"]
    assert verdict_sentence(summarise(profile), profile) == direct_sentence(profile)
    assert verdict_label(summarise(profile), profile) == "path length 1"
