"""Remedies that do what they claim."""

from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from tests.cases import few
from tests.models import make_network
from tests.views.answers import answer, experiment, own
from tests.views.diagnosis.networks import SICK, diagnosed
from unrolled.core.behaviour.summary import Summary
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.diagnosis import remedies
from unrolled.views.diagnosis.remedies import LENGTH, SAMPLES

INSIDE = ("t", "k", "from", "until", "since", "to")


@pytest.mark.parametrize("name", few(SICK, ["rnn", "cell", "stack"]))
def test_every_remedy_gives_the_rate_it_claims(name):
    remedies = diagnosed(name)["remedies"]
    assert remedies
    for remedy in remedies:
        query = Query.parse(parse_qsl(urlsplit(remedy["link"]).query))
        assert str(query.value(remedy["field"])) == remedy["value"]
        assert [query.value(name) for name in INSIDE] == [None] * 6
        tried = query.changed(length=min(query.length, LENGTH), resolution=SAMPLES)
        summary = answer("influence", Experiment(tried))["summary"]
        assert summary["rate"] == pytest.approx(remedy["rate"])
        assert (summary["verdict"], summary["horizon"]) == (remedy["verdict"], remedy["horizon"])


@pytest.mark.parametrize("name", few(SICK, ["rnn", "explodes", "stack"]))
def test_every_remedy_helps_and_the_best_comes_first(name):
    fields = SICK[name]
    tried = {**fields, **dict.fromkeys(INSIDE)} | {"length": min(fields["length"], LENGTH), "resolution": SAMPLES}
    now = answer("influence", **tried)["summary"]["rate"]
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


def test_a_gain_that_cannot_be_measured_ends_the_search(monkeypatch):
    base = experiment(length=20, hidden=3)
    for measured in (None, Summary("vanishes", 2, None)):
        monkeypatch.setattr(remedies, "_summary_of", lambda *_, measured=measured: measured)
        assert list(remedies._gains(base, Summary("vanishes", 5, -0.4), Memo(2**22))) == []
    tried = []

    def keeps(network, memo):
        tried.append(network.query.gain)
        return Summary("preserves", None, 0.0)

    monkeypatch.setattr(remedies, "_summary_of", keeps)
    (remedy,) = remedies._gains(base, Summary("vanishes", 5, -0.4), Memo(2**22))
    assert tried == [pytest.approx(10.0**0.4, rel=1e-2)]
    assert (remedy.field, remedy.summary.rate) == ("gain", 0.0)
