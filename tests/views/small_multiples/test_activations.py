"""The same network under every activation."""

import json

import pytest

from tests.models import DIRECT
from tests.views.answers import answer, own
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.query.query import Query


def test_every_activation_has_a_panel():
    payload = answer("activations", length=9, hidden=3)
    assert [panel["value"] for panel in payload["panels"]] == list(ACTIVATIONS)


@pytest.mark.parametrize("name", ["sigmoid", "selu"])
def test_a_panel_is_the_main_picture_of_its_activation(name):
    panels = {panel["value"]: panel for panel in answer("activations", length=12, hidden=4)["panels"]}
    main = answer("influence", length=12, hidden=4, activation=name)
    assert panels[name]["log10_norm"] == main["log10_norm"]
    assert panels[name]["summary"] == main["summary"]
    assert panels[name]["link"] == Query(length=12, hidden=4, activation=name).url()


def test_a_state_that_overflows_is_left_out_with_a_reason():
    payload = answer("activations", length=400, hidden=8, gain=10, init="gaussian", activation="tanh")
    left_out = {row["value"] for row in payload["left_out"]}
    assert "identity" in left_out
    assert left_out.isdisjoint(panel["value"] for panel in payload["panels"])
    assert len(left_out) + len(payload["panels"]) == len(ACTIVATIONS)
    assert all("float64" in row["reason"] for row in payload["left_out"])
    assert "the state itself grows out of float64: no picture." in payload["sentence"]


def test_sentences_across_activations():
    sentence = answer("activations", own([[0.5]], length=9))["sentence"]
    # Without input the first state is 0, where SELU has the slope 1.758, leaky ReLU 0.01 and ReLU 0.
    assert sentence == (
        "With these weights SELU is closest to preserving the gradient (× 0.88 per step). Under ReLU the gradient is "
        "exactly zero (median over t). Of the others leaky ReLU loses most (× 0.0050 per step)."
    )
    dead = answer("activations", own([[0.0]], length=9))["sentence"]
    assert dead == "Under every activation the gradient is exactly zero (median over t)."
    assert answer("activations", own([[0.5]], length=1))["sentence"] == "With one step there is nothing to compare."


def test_gates_have_their_activations_built_in():
    payload = answer("activations", length=9, hidden=3, model="gru")
    assert payload["sentence"].startswith("The gates have sigmoid and tanh built in")
    assert len({json.dumps(panel["log10_norm"]) for panel in payload["panels"]}) == 1


def test_without_a_chain_slopes_are_compared_at_the_same_step():
    sentences = {name: answer("activations", model=name, length=40, hidden=4, window=5)["sentence"] for name in DIRECT}
    for sentence in sentences.values():
        assert "per step" not in sentence
        assert "product" not in sentence
    assert sentences["attention"] == "Attention has no activation: there is nothing to choose here."
    assert sentences["mlp"].startswith("No slope is multiplied along time: an output moves with its own input by 0.")
