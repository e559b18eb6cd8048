"""The diagnosis: parts that add up, units, truncation."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, own, result_of
from tests.views.diagnosis.networks import SICK, diagnosed
from unrolled.core.behaviour.step_horizons import StepHorizons
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import layer_of
from unrolled.runtime.memo import Memo
from unrolled.views.diagnosis import view as diagnosis_view


@pytest.fixture
def no_remedies(monkeypatch):
    """Leave out the remedies, which take longest."""
    monkeypatch.setattr(diagnosis_view, "remedies", lambda *_: ())


@pytest.mark.parametrize("name", few(SICK, ["rnn", "explodes", "cell", "stack", "input"]))
def test_the_parts_add_up_to_the_change(name):
    fields, response = SICK[name], diagnosed(name)
    assert sum(part["log10_per_step"] for part in response["causes"]) == pytest.approx(response["change"], abs=1e-12)
    names = [part["name"] for part in response["causes"]]
    if fields.get("model", "rnn") == "rnn":
        weights = ["spectral radius", "non-normal growth"] if "wrt" not in fields else ["weights"]
        # Without any input the units of ReLU are all shut: there is nothing to compare with.
        silent = [] if fields.get("activation") == "relu" else ["input"]
        assert names == [*weights, "saturation", *silent]
    else:
        assert names == ["weights", "gates", "input"]


@pytest.mark.parametrize("name", few(["rnn", "sigmoid", "explodes", "lstm", "cell", "gru"], ["explodes", "cell"]))
def test_the_change_is_that_of_the_whole_state(name):
    fields, response = SICK[name], diagnosed(name)
    state_fields = {name: value for name, value in fields.items() if name not in ("of", "wrt")}
    rows = answer("influence", **state_fields, of="s", wrt="s", norm="frobenius")["log10_norm"]
    lag = response["change_lag"]
    assert lag == fields["length"] // 2
    starts = np.unique(np.linspace(1, fields["length"] - lag, 12).round().astype(int))
    changes = [rows[k + lag - 1][k - 1] - rows[k - 1][k - 1] for k in starts]
    assert response["change"] == pytest.approx(np.mean(changes) / lag, abs=1e-9)


def test_a_linear_net_has_its_spectral_radius_and_nothing_else():
    response = answer("diagnosis", own([[0.5]], length=21))
    parts = {part["name"]: part["log10_per_step"] for part in response["causes"]}
    assert parts["spectral radius"] == pytest.approx(np.log10(0.5))
    assert sum(abs(value) for name, value in parts.items() if name != "spectral radius") == pytest.approx(0, abs=1e-12)
    assert response["cause"] == "Per step × 0.50 (whole state, lags 0 to 10) = spectral radius ρ(W_hh) × 0.50."


@pytest.mark.usefixtures("no_remedies")
def test_saturation_is_blamed_on_the_input_that_drives_into_it():
    quiet = answer("diagnosis", length=40, hidden=6, amplitude=0)
    loud = answer("diagnosis", length=40, hidden=6, amplitude=30)

    def part(response, name):
        return next((cause["log10_per_step"] for cause in response["causes"] if cause["name"] == name), 0.0)

    assert part(quiet, "input") == pytest.approx(0, abs=1e-9)
    assert part(loud, "input") < -0.2
    assert part(loud, "saturation") == pytest.approx(part(quiet, "saturation"), abs=1e-9)


@pytest.mark.usefixtures("no_remedies")
def test_truncation_holds_the_share_it_says():
    response = answer("diagnosis", length=50, hidden=6)["truncation"]
    rows = np.array(answer("influence", length=50, hidden=6)["log10_norm"], dtype=float)
    squares = np.nan_to_num(10.0 ** (2 * rows))
    lag = np.arange(50)[:, None] - np.arange(50)[None, :]

    def share(steps):
        return squares[(lag >= 0) & (lag < steps)].sum() / squares.sum()

    assert response["share"] == 0.99
    assert share(response["steps"]) >= 0.99 > share(response["steps"] - 1)
    assert response["sentence"].startswith(f"Truncated BPTT with K = {response['steps']} keeps 99 %")


@pytest.mark.usefixtures("no_remedies")
def test_units_are_counted_from_one_and_their_shares_add_up():
    response = answer("diagnosis", length=20, hidden=5)["units"]
    assert response["count"] == 5
    for side in ("arriving", "leaving"):
        assert sorted(row["unit"] for row in response[side]) == [1, 2, 3, 4, 5]
        shares = [row["share"] for row in response[side]]
        assert sum(shares) == pytest.approx(1.0)
        assert shares == sorted(shares, reverse=True)


def test_a_dead_unit_is_found():
    weights = {"weight_ih_l0": [[1.0], [-1.0]], "weight_hh_l0": [[0.5, 0.0], [0.0, 0.5]]}
    response = answer("diagnosis", Experiment.of_arrays({"activation": "relu"}, weights, [[1.0]] * 9))["units"]
    assert response["dead"] == [2]
    assert response["arriving"][0] == {"unit": 1, "share": pytest.approx(1.0)}


@pytest.mark.usefixtures("no_remedies")
def test_saturated_gates_are_found():
    network = experiment(length=12, hidden=3, model="lstm", forget_bias=-20)
    assert (layer_of(network, Memo(2**26)).unit_factors(np.arange(1, 13))["f"] < 1e-6).all()
    shut = answer("diagnosis", network)["units"]
    assert shut["saturated"] == shut["left_saturated"] == [1, 2, 3]
    assert shut["right_saturated"] == []
    kept = answer("diagnosis", length=12, hidden=3, model="gru", forget_bias=5)["units"]
    assert (kept["saturated"], kept["left_saturated"], kept["right_saturated"]) == ([], [], [1, 2, 3])
    assert answer("diagnosis", length=12, hidden=3)["units"]["right_saturated"] is None


def test_a_single_step_has_nothing_to_split():
    response = answer("diagnosis", length=1, hidden=2)
    assert (response["causes"], response["change"], response["cause"]) == ([], None, "")


def test_a_dead_network_has_no_parts():
    response = answer("diagnosis", own([[0.0, 1.0], [0.0, 0.0]], length=9))
    assert (response["causes"], response["change"]) == ([], None)
    assert (
        response["cause"]
        == "Over 4 steps the gradient of the whole state becomes exactly zero: there is nothing to split."
    )


@pytest.mark.usefixtures("no_remedies")
def test_single_steps_between_samples_are_examined_too():
    """The network forgets within 17 steps; sampled every 50th, a step would seem to remember nothing."""
    fine = answer("diagnosis", length=250, hidden=6, resolution=250)
    coarse = answer("diagnosis", length=250, hidden=6, resolution=5)
    assert 0 < coarse["horizon_low"] <= coarse["horizon"] <= coarse["horizon_high"]
    names = ("horizon", "horizon_low", "horizon_high", "horizon_told", "horizon_untold", "sentence", "truncation")
    assert all(coarse[name] == fine[name] for name in names)


def test_rows_name_causes_and_remedies():
    columns = result_of("diagnosis", length=30, hidden=4).columns()
    assert set(columns["kind"]) == {"cause", "remedy"}
    assert len({len(column) for column in columns.values()}) == 1


@pytest.mark.usefixtures("no_remedies")
def test_how_far_single_steps_remember_is_said_unless_all_remember_all():
    result = result_of("diagnosis", length=12, hidden=3, activation="identity", init="identity")
    assert result.summary.horizon is None
    assert "single steps" not in result.sentence()
    assert result.horizons == StepHorizons(None, None, 0, 12)
    assert "Horizon of single steps: 6 to 9" in replace(result, horizons=StepHorizons(6, 9, 12, 0)).sentence()
