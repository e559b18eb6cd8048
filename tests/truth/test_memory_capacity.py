"""Memory where it is known: of no memory, of delay lines, of one linear unit, and Jaeger's bound of all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.truth.networks import MEMO, asked, delay_line, linear
from unrolled.experiment.experiment import Experiment
from unrolled.views import VIEWS
from unrolled.views.memory import measure


@pytest.fixture(scope="module", autouse=True)
def few_models():
    """Of the models without weights of one's own three are measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            measure, "comparable_models", lambda one: ["rnn", "mlp", "window"] if one.weights is None else ["rnn"]
        )
        yield


def capacities(experiment):
    """Give what is measured, by model."""
    return {model["name"]: model for model in VIEWS["facts"].compute(experiment, MEMO).payload()["models"]}


@pytest.mark.parametrize("source", ["sine", "sunspots", "walk", "noise"])
def test_without_a_memory_nothing_is_read_back_however_well_the_input_is_predicted(source):
    named = capacities(asked(input=source, hidden=6, window=5))
    mlp = named["mlp"]
    assert mlp["memory"][0] == pytest.approx(1, abs=1e-9)
    assert np.abs(mlp["memory"][1:]).max() < 0.12
    assert mlp["reach"] == {"least": 0, "most": 0}
    assert abs(mlp["capacity"]) < 4 * mlp["capacity_error"] + 0.1
    window = named["window"]
    assert window["memory"][:5] == pytest.approx([1] * 5, abs=1e-9)
    assert np.abs(window["memory"][5:]).max() < 0.12
    assert window["reach"] == {"least": 4, "most": 4}


@pytest.mark.parametrize("size", [1, 3, 10])
def test_a_delay_line_holds_as_many_inputs_as_it_has_units(size):
    (line,) = capacities(delay_line(size)).values()
    assert line["memory"][:size] == pytest.approx([1] * size, abs=1e-9)
    assert np.abs(line["memory"][size:]).max() < 0.12
    assert line["reach"] == {"least": size - 1, "most": size - 1}
    assert line["capacity"] == pytest.approx(size - 1, abs=4 * line["capacity_error"] + 0.1)


def test_one_linear_unit_forgets_by_its_square():
    # h = Σ w^n x_{t−n}: R²_n = w^{2n} (1 − w²).
    weights = {name: np.zeros(1) for name in ("bias_ih_l0", "bias_hh_l0")}
    weights |= {"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.full((1, 1), 0.8)}
    one = Experiment.of_arrays({"model": "rnn", "activation": "identity", "hidden": 1, "length": 40}, weights)
    (unit,) = capacities(one).values()
    expected = 0.8 ** (2 * np.arange(25)) * (1 - 0.8**2)
    assert np.abs(np.array(unit["memory"]) - expected).max() < 0.15
    assert unit["capacity"] == pytest.approx(0.64, abs=4 * unit["capacity_error"])


def test_what_never_changes_has_no_memory_to_be_measured():
    (dead,) = capacities(linear([[0.9]], 40)).values()
    assert dead["capacity"] is dead["reach"] is None


@given(
    st.fixed_dictionaries(
        {
            "hidden": st.integers(1, 12),
            "seed": st.integers(0, 100),
            "gain": st.floats(0.0, 1.5),
            "activation": st.sampled_from(["identity", "tanh", "relu"]),
            "init": st.sampled_from(["orthogonal", "gaussian"]),
        }
    )
)
@settings(max_examples=examples(12), deadline=None)
def test_no_network_remembers_more_than_it_has_units(fields):
    experiment = asked(length=8, amplitude=0.1, **fields)
    own = capacities(experiment)["rnn"]
    if own["capacity"] is not None:
        assert own["memory"][0] + own["capacity"] <= fields["hidden"] + 4 * own["capacity_error"] + 0.1
