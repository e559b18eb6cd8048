"""The diagnosis: parts that add up, units, truncation, and remedies that do what they claim."""

from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own
from unrolled.core.networks.network import Network
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import layer_of
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.diagnosis.remedies import LENGTH, SAMPLES

INSIDE = ("t", "k", "from", "until", "since", "to")
SICK = [
    {"length": 40, "hidden": 6},
    {"length": 40, "hidden": 6, "activation": "sigmoid"},
    {"length": 48, "hidden": 5, "init": "gaussian", "gain": 2.5, "activation": "relu"},
    {"length": 60, "hidden": 4, "model": "lstm"},
    {"length": 60, "hidden": 4, "model": "lstm", "of": "c", "wrt": "c", "forget_bias": -2},
    {"length": 50, "hidden": 5, "model": "gru", "reset": "before"},
    {"length": 300, "hidden": 3, "model": "gru", "layers": 2, "t": 290, "k": 3, "from": 5, "to": 299},
    {"length": 40, "hidden": 6, "wrt": "x", "norm": "frobenius"},
]


@pytest.mark.parametrize("fields", SICK)
def test_the_parts_add_up_to_the_change(fields):
    found = answer("diagnosis", **fields)
    assert sum(part["log10_per_step"] for part in found["causes"]) == pytest.approx(found["change"], abs=1e-12)
    names = [part["name"] for part in found["causes"]]
    if fields.get("model", "rnn") == "rnn":
        weights = ["spectral radius", "non-normal growth"] if "wrt" not in fields else ["weights"]
        # Without any input the units of ReLU are all shut: there is nothing to compare with.
        silent = [] if fields.get("activation") == "relu" else ["input"]
        assert names == [*weights, "saturation", *silent]
    else:
        assert names == ["weights", "gates", "input"]


@pytest.mark.parametrize("fields", SICK[:6])
def test_the_change_is_that_of_the_whole_state(fields):
    found = answer("diagnosis", **fields)
    whole = {name: value for name, value in fields.items() if name not in ("of", "wrt")}
    rows = answer("influence", **whole, of="s", wrt="s", norm="frobenius")["log10_norm"]
    lag = found["change_lag"]
    assert lag == fields["length"] // 2
    starts = np.unique(np.linspace(1, fields["length"] - lag, 12).round().astype(int))
    changes = [rows[k + lag - 1][k - 1] - rows[k - 1][k - 1] for k in starts]
    assert found["change"] == pytest.approx(np.mean(changes) / lag, abs=1e-9)


def test_a_linear_net_has_its_spectral_radius_and_nothing_else():
    found = answer("diagnosis", own([[0.5]], length=21))
    parts = {part["name"]: part["log10_per_step"] for part in found["causes"]}
    assert parts["spectral radius"] == pytest.approx(np.log10(0.5))
    assert sum(abs(value) for name, value in parts.items() if name != "spectral radius") == pytest.approx(0, abs=1e-12)
    blame = "the spectral radius of the recurrent matrix takes 10^−0.3."
    assert found["cause"] == f"The whole state changes by 10^−0.3 a step over 10 steps: {blame}"


def test_saturation_is_blamed_on_the_input_that_drives_into_it():
    quiet = answer("diagnosis", length=40, hidden=6, amplitude=0)
    loud = answer("diagnosis", length=40, hidden=6, amplitude=30)

    def part(found, name):
        return next((each["log10_per_step"] for each in found["causes"] if each["name"] == name), 0.0)

    assert part(quiet, "input") == pytest.approx(0, abs=1e-9)
    assert part(loud, "input") < -0.2
    assert part(loud, "saturation") == pytest.approx(part(quiet, "saturation"), abs=1e-9)


@pytest.mark.parametrize("fields", SICK)
def test_every_remedy_gives_the_rate_it_claims(fields):
    remedies = answer("diagnosis", **fields)["remedies"]
    assert remedies
    for remedy in remedies:
        query = Query.parse(parse_qsl(urlsplit(remedy["link"]).query))
        assert str(query.value(remedy["field"])) == remedy["value"]
        assert [query.value(name) for name in INSIDE] == [None] * 6
        tried = query.changed(length=min(query.length, LENGTH), resolution=SAMPLES)
        summary = answer("influence", Experiment(tried))["summary"]
        assert summary["rate"] == pytest.approx(remedy["rate"])
        assert (summary["verdict"], summary["horizon"]) == (remedy["verdict"], remedy["horizon"])


@pytest.mark.parametrize("fields", SICK)
def test_every_remedy_helps_and_the_best_comes_first(fields):
    tried = {**fields, **dict.fromkeys(INSIDE)} | {"length": min(fields["length"], LENGTH), "resolution": SAMPLES}
    now = answer("influence", **tried)["summary"]["rate"]
    rates = [abs(remedy["rate"]) for remedy in answer("diagnosis", **fields)["remedies"]]
    assert rates == sorted(rates)
    assert all(rate < abs(now) for rate in rates)


def test_a_healthy_network_gets_no_remedies():
    assert answer("diagnosis", own([[0.0, 1.0], [-1.0, 0.0]], length=20))["remedies"] == []


def test_own_weights_get_one_remedy_and_no_link():
    remedies = answer("diagnosis", own([[0.1, 0.0], [0.0, 0.1]], length=20))["remedies"]
    assert [(each["field"], each["link"]) for each in remedies] == [("weight_hh", None)]
    assert float(remedies[0]["value"]) == pytest.approx(10.0)
    assert remedies[0]["rate"] == pytest.approx(0.0, abs=1e-9)
    assert remedies[0]["label"] == "Recurrent matrices times 10"


def test_own_gates_keep_their_model():
    shapes = Network("lstm", 1, 3, 1).parameter_shapes()
    rng = np.random.default_rng(0)
    weights = {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}
    found = answer("diagnosis", Experiment.of_arrays({}, weights, np.ones((30, 1))))
    assert {each["field"] for each in found["remedies"]} <= {"weight_hh"}
    assert all(each["link"] is None for each in found["remedies"])


def test_own_inputs_alone_have_no_link_either():
    asked = Experiment.of_arrays({"hidden": 4, "activation": "sigmoid"}, None, np.zeros((30, 1)))
    remedies = answer("diagnosis", asked)["remedies"]
    assert remedies
    assert all(each["link"] is None for each in remedies)


def test_links_are_the_same_whoever_asks_first():
    memo = Memo(2**26)
    first = (
        VIEWS["diagnosis"].compute(experiment(length=20, hidden=3, t=9, k=2, **{"from": 3, "to": 15}), memo).payload()
    )
    assert first == answer("diagnosis", length=20, hidden=3)


def test_truncation_holds_the_share_it_says():
    found = answer("diagnosis", length=50, hidden=6)["truncation"]
    rows = np.array(answer("influence", length=50, hidden=6)["log10_norm"], dtype=float)
    squares = np.nan_to_num(10.0 ** (2 * rows))
    lag = np.arange(50)[:, None] - np.arange(50)[None, :]

    def share(steps):
        return squares[(lag >= 0) & (lag < steps)].sum() / squares.sum()

    assert found["share"] == 0.99
    assert share(found["steps"]) >= 0.99 > share(found["steps"] - 1)
    assert found["sentence"].startswith(f"Backpropagation cut after {found['steps']} steps keeps 99 %")


def test_truncation_cannot_cut_what_is_kept():
    found = answer("diagnosis", own([[1.0]], length=6))["truncation"]
    assert found["steps"] == 6
    assert found["sentence"].startswith("Truncation would cut into what counts")


def test_units_are_counted_from_one_and_their_shares_add_up():
    found = answer("diagnosis", length=20, hidden=5)["units"]
    assert found["count"] == 5
    for side in ("arriving", "leaving"):
        assert sorted(each["unit"] for each in found[side]) == [1, 2, 3, 4, 5]
        shares = [each["share"] for each in found[side]]
        assert sum(shares) == pytest.approx(1.0)
        assert shares == sorted(shares, reverse=True)


def test_a_dead_unit_is_found():
    weights = {"weight_ih_l0": [[1.0], [-1.0]], "weight_hh_l0": [[0.5, 0.0], [0.0, 0.5]]}
    found = answer("diagnosis", Experiment.of_arrays({"activation": "relu"}, weights, [[1.0]] * 9))["units"]
    assert found["dead"] == [2]
    assert found["arriving"][0] == {"unit": 1, "share": pytest.approx(1.0)}


def test_saturated_gates_are_found():
    asked = experiment(length=12, hidden=3, model="lstm", forget_bias=-20)
    assert (layer_of(asked, Memo(2**26)).unit_factors(np.arange(1, 13))["f"] < 1e-6).all()
    assert answer("diagnosis", asked)["units"]["saturated"] == [1, 2, 3]
    assert answer("diagnosis", length=12, hidden=3, model="lstm", forget_bias=5)["units"]["saturated"] == []


def test_a_single_step_has_nothing_to_split():
    found = answer("diagnosis", length=1, hidden=2)
    assert (found["causes"], found["change"], found["cause"]) == ([], None, "")


def test_a_dead_network_has_no_parts():
    found = answer("diagnosis", own([[0.0, 1.0], [0.0, 0.0]], length=9))
    assert (found["causes"], found["change"]) == ([], None)
    assert found["cause"] == "The product dies exactly over 4 steps: nothing is left to split."


def test_the_staircase_ends_at_the_whole():
    found, figure = answer("diagnosis", length=30, hidden=4), drawn("diagnosis", length=30, hidden=4)
    lines = [[float(x) for x in trace["x"]] for trace in figure["data"]]
    assert lines[-1] == [0.0, pytest.approx(found["change"])]
    assert lines[-2][1] == pytest.approx(found["change"])
    assert all(before[1] == after[0] for before, after in pairwise(lines[:-1]))
    assert figure["layout"]["meta"]["remedies"] == found["remedies"]


def test_what_is_said_agrees_in_number():
    said = answer("diagnosis", length=40, hidden=6, model="gru")["cause"]
    assert "what the matrices do gives " in said
    assert "the gate that keeps the past takes " in said
    vanilla = answer("diagnosis", own([[0.5]], length=9, activation="sigmoid"))["cause"]
    assert "the slope of the activation takes " in vanilla


def test_single_steps_are_looked_at_between_samples_too():
    """The network forgets within 17 steps; seen every 50th, a step would seem to remember nothing."""
    fine = answer("diagnosis", length=250, hidden=6, resolution=250)
    coarse = answer("diagnosis", length=250, hidden=6, resolution=5)
    assert 0 < coarse["horizon_low"] <= coarse["horizon"] <= coarse["horizon_high"]
    assert coarse["horizon_low"] >= fine["horizon_low"]
    assert "Single steps remember between" in coarse["sentence"]


def test_a_memory_of_nothing_is_said_in_words():
    said = answer("diagnosis", own([[1e-9]], length=9))["sentence"]
    assert said.endswith("No step remembers even the one before it.")


def test_rows_name_causes_and_remedies():
    columns = ask("diagnosis", length=30, hidden=4).columns()
    assert set(columns["kind"]) == {"cause", "remedy"}
    assert len({len(column) for column in columns.values()}) == 1
