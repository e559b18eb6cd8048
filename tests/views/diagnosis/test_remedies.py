"""Remedies that do what they claim."""

from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from tests.cases import few
from tests.models import make_network
from tests.views.answers import answer, experiment, own
from tests.views.diagnosis.networks import SICK, diagnosed
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import Told, told
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.diagnosis import remedies
from unrolled.views.diagnosis.remedies import shortened

TOLD = ("verdict", "horizon", "rate")
INSIDE = ("t", "k", "from", "until", "since", "to")


@pytest.mark.parametrize("name", few(SICK, ["rnn", "cell", "stack"]))
def test_every_remedy_gives_what_its_link_gives(name):
    remedies = diagnosed(name)["remedies"]
    assert remedies
    for remedy in remedies:
        query = Query.parse(parse_qsl(urlsplit(remedy["link"]).query))
        assert str(query.value(remedy["field"])) == remedy["value"]
        assert [query.value(name) for name in INSIDE] == [None] * 6
        influence, decay = answer("influence", Experiment(query)), answer("decay", Experiment(query))
        assert {each: influence["summary"][each] for each in TOLD} == {each: remedy[each] for each in TOLD}
        at = np.searchsorted(decay["lag"], remedy["lag"])
        assert [decay["median"][index] for index in at] == remedy["median"]


def test_what_would_take_too_long_is_tried_on_the_first_steps_and_says_so():
    memo, network = Memo(2**27), experiment(length=2000, hidden=64, seed=4, gain=1.2)
    tried = shortened(network).query.length
    assert tried < 2000
    found = remedies.remedies(network, memo)
    assert found
    for remedy in found:
        assert f"over the first {tried} steps" in remedy.sentence()
        linked = Query.parse(parse_qsl(urlsplit(str(remedy.link)).query))
        assert linked.length == tried
        assert told(Experiment(linked), memo).summary == remedy.summary


@pytest.mark.parametrize("name", few(SICK, ["rnn", "explodes", "stack"]))
def test_every_remedy_helps_and_the_best_comes_first(name):
    now = answer("influence", **{**SICK[name], **dict.fromkeys(INSIDE)})["summary"]["rate"]
    rates = [abs(remedy["rate"]) for remedy in diagnosed(name)["remedies"]]
    assert rates == sorted(rates)
    assert all(rate < abs(now) for rate in rates)


@pytest.mark.parametrize("name", ["rnn", "sigmoid"])
def test_the_gain_is_searched_until_the_gradient_keeps_its_size(name):
    (rate,) = [remedy["rate"] for remedy in diagnosed(name)["remedies"] if remedy["field"] == "gain"]
    assert abs(rate) < 0.004


def test_a_healthy_network_gets_no_remedies():
    assert answer("diagnosis", own([[0.0, 1.0], [-1.0, 0.0]], length=20))["remedies"] == []


def test_own_weights_get_one_remedy_and_no_link():
    remedies = answer("diagnosis", own([[0.1, 0.0], [0.0, 0.1]], length=20))["remedies"]
    assert [(remedy["field"], remedy["link"]) for remedy in remedies] == [("weight_hh", None)]
    assert float(remedies[0]["value"]) == pytest.approx(10.0)
    assert remedies[0]["rate"] == pytest.approx(0.0, abs=1e-9)
    assert remedies[0]["label"] == "Recurrent matrices times 10"


def test_own_gates_keep_their_model():
    shapes = make_network("lstm", 1, 3, 1).parameter_shapes()
    rng = np.random.default_rng(0)
    weights = {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}
    response = answer("diagnosis", Experiment.of_arrays({}, weights, np.ones((30, 1))))
    assert {remedy["field"] for remedy in response["remedies"]} <= {"weight_hh"}
    assert all(remedy["link"] is None for remedy in response["remedies"])


def test_own_inputs_alone_have_no_link_either():
    network = Experiment.of_arrays({"hidden": 4, "activation": "sigmoid"}, None, np.zeros((30, 1)))
    remedies = answer("diagnosis", network)["remedies"]
    assert remedies
    assert all(remedy["link"] is None for remedy in remedies)


def test_a_diagnosis_does_not_depend_on_the_chosen_cell_and_window():
    memo = Memo(2**26)
    first = (
        VIEWS["diagnosis"].compute(experiment(length=20, hidden=3, t=9, k=2, **{"from": 3, "to": 15}), memo).payload()
    )
    assert first == answer("diagnosis", length=20, hidden=3)


def known(summary):
    """Make up what is told of a network."""
    nothing = np.zeros(1)
    return Told(np.array([1]), nothing[None], LagProfile(np.array([0]), nothing, nothing, nothing), summary)


def test_a_gain_that_cannot_be_measured_ends_the_search(monkeypatch):
    base = experiment(length=20, hidden=3)
    for measured in (None, known(Summary("zero", 2, None, 3))):
        monkeypatch.setattr(remedies, "_run", lambda *_, measured=measured: measured)
        assert list(remedies._gains(base, Summary("vanishes", 5, -0.4), Memo(2**22))) == []
    tried = []

    def keeps(trial, memo):
        tried.append(trial.experiment.query.gain)
        return known(Summary("preserves", None, 0.0))

    monkeypatch.setattr(remedies, "_run", keeps)
    ((trial, found),) = remedies._gains(base, Summary("vanishes", 5, -0.4), Memo(2**22))
    assert tried == [pytest.approx(10.0**0.4, rel=1e-2)]
    assert (trial.field, found.summary.rate) == ("gain", 0.0)
