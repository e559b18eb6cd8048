"""The same network over longer and longer sequences."""

import numpy as np
import pytest

from tests.models import DIRECT
from tests.views.answers import answer, own
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment


def test_a_panel_of_a_longer_sequence_begins_with_the_shorter_one():
    panels = {panel["value"]: panel for panel in answer("lengths", length=20, hidden=4)["panels"]}
    assert list(panels) == [8, 16, 20, 32, 64, 128, 256]
    assert panels[20]["current"]
    assert np.array(panels[16]["log10_norm"])[:8, :8].tolist() == panels[8]["log10_norm"]
    assert all(len(panel["t"]) <= 24 for panel in panels.values())
    assert panels[256]["t"][-1] == 256


def test_a_link_leaves_a_cell_behind_that_may_not_exist_there():
    payload = answer("lengths", length=40, hidden=2, t=39, k=30)
    assert all("t=" not in panel["link"] for panel in payload["panels"])


def test_an_own_sequence_is_cut_and_never_made_longer():
    payload = answer("lengths", own([[0.5]], length=20))
    assert [panel["value"] for panel in payload["panels"]] == [8, 16, 20]
    assert payload["panels"][1]["log10_norm"][15][0] == pytest.approx(15 * np.log10(0.5))


def test_when_no_value_has_a_picture_it_is_an_error():
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[1e100]]}
    with pytest.raises(Overflow, match="at step 5"):
        answer("lengths", Experiment.of_arrays({"activation": "identity"}, weights, [[1.0]] * 8, None))


def test_sentences_across_lengths():
    sentence = answer("lengths", own([[0.1]], length=17))["sentence"]
    assert sentence == (
        "The rate hardly depends on the length: × 0.10 per step over 8 steps, × 0.10 per step over 17 steps. "
        "From step 17 back to step 1 the norm changes by a factor of 1.0 × 10^−16."
    )
    assert answer("lengths", own([[0.1]], length=4))["sentence"] == "With one length there is nothing to compare."
    assert (
        answer("lengths", own([[0.0]], length=9))["sentence"]
        == "From T = 8 on the gradient is exactly zero (median over t)."
    )
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[10.0]]}
    grown = answer("lengths", Experiment.of_arrays({"activation": "identity"}, weights, [[1.0]] * 400, None))
    assert [row["value"] for row in grown["left_out"]] == [400]
    assert grown["sentence"].endswith("From T = 400 on the state itself grows out of float64: no picture.")


def test_a_block_that_begins_as_zero_adds_up_to_a_number():
    sentence = answer("lengths", length=20, hidden=3, model="lstm", wrt="c")["sentence"]
    assert "inf" not in sentence
    assert "From step 256 back to step " in sentence


def test_a_single_lag_is_no_death():
    sentence = answer("lengths", length=2, hidden=1, model="lstm", wrt="c")["sentence"]
    assert "zero" not in sentence


def test_without_a_chain_the_sentence_states_the_reach_of_the_longest():
    for name in DIRECT:
        sentence = answer("lengths", model=name, length=40, hidden=4, window=5)["sentence"]
        assert "per step" not in sentence
        assert "product" not in sentence
        assert sentence.startswith("T = 256: each output depends on ")
