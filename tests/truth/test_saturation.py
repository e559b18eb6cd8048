"""What is told of slopes, gates and units: every unit at every step by the plain equations, both ends apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.core.nets import dense_product
from tests.truth.networks import MEMO, NETWORKS, asked
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import chain_of, run
from unrolled.views import VIEWS

RECURRENT = [name for name, one in NETWORKS.items() if one.query.row.states and one.query.layers == 1]


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def factors(experiment: Experiment):
    """Run the network by its plain equations: slopes or gates (T, H) by name, what is told first."""
    forward, query = run(experiment, MEMO), experiment.query
    w, b = forward.parameters["weight_ih_l0"], forward.parameters["bias_ih_l0"]
    u, v = (forward.parameters.get(f"{name}_hh_l0", np.zeros_like(b)) for name in ("weight", "bias"))
    h, c, rows = np.zeros(query.hidden), np.zeros(query.hidden), []
    for x in forward.sequence.inputs:
        a = w @ x + b
        if query.model == "rnn":
            phi = ACTIVATIONS[query.activation]
            a = a + u @ h + v
            h = phi.function(a)
            rows.append({"slope": phi.derivative(a)})
        elif query.model == "lstm":
            i, f, g, o = np.split(a + u @ h + v, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            rows.append({"f": sigmoid(f), "i": sigmoid(i), "o": sigmoid(o)})
        elif query.model == "gru":
            q = np.split(u @ h + v, 3)
            r, z, n = np.split(a, 3)
            r, z = sigmoid(r + q[0]), sigmoid(z + q[1])
            h = (1.0 - z) * np.tanh(n + r * q[2]) + z * h
            rows.append({"z": z, "r": r})
        else:
            z = sigmoid(np.split(a, 2)[0])
            rows.append({"1 − z": 1.0 - z, "z": z})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def assert_true(experiment: Experiment) -> None:
    """Hold panel, gauge and the sentence of the units to the definitions."""
    truth = factors(experiment)
    name = next(iter(truth))
    values = np.abs(truth[name])
    is_gate, largest = name != "slope", 1.0 if name != "slope" else ACTIVATIONS[experiment.query.activation].gamma
    low, high = values < 0.1 * largest, values > 0.9
    panel = VIEWS["saturation"].compute(experiment, MEMO)
    told, sentence = panel.payload(), panel.sentence()
    assert told["saturated"] == low.mean()
    assert told["left_saturated"] == (low.mean() if is_gate else None)
    assert told["right_saturated"] == (high.mean() if is_gate else None)
    assert told["mean"] == pytest.approx(truth[name].mean(), rel=1e-9, abs=1e-12)
    for each in told["means"]:
        gate = truth[each["name"]]
        assert each["mean"] == pytest.approx(gate.mean(), rel=1e-9, abs=1e-12)
        assert each["left_saturated"] == ((gate < 0.1).mean() if is_gate else None)
        assert each["right_saturated"] == ((gate > 0.9).mean() if is_gate else None)
    printed = sentence.values
    for key, value in (("low", low.mean()), ("high", high.mean()), ("closed", (values == 0.0).mean())):
        assert printed.get(key, value) == value
    assert ("low" in printed or "value" in printed) or not low.any()
    assert printed.get("mean", values.mean()) == pytest.approx(values.mean(), rel=1e-9)
    if "least" in printed:
        by_step, by_unit = values.mean(axis=1), values.mean(axis=0)
        assert printed["least"] == pytest.approx(min(by_step.min(), by_unit.min()), rel=1e-9, abs=1e-15)
        place = by_step if "; step" in sentence else by_unit
        assert place[printed["narrowest"] - 1] == pytest.approx(printed["least"], rel=1e-9, abs=1e-15)
    assert_units(experiment, values, low, high if is_gate else None)


def assert_units(experiment: Experiment, values, low, high) -> None:
    """Hold the lists of units, their counts, and who is named, to the definitions."""
    told = VIEWS["diagnosis"].compute(experiment, MEMO).payload()["units"]
    dead = ~values.any(axis=0)
    shut = (low.mean(axis=0) >= 0.9) & ~dead
    assert told["dead"] == (np.flatnonzero(dead) + 1).tolist()
    assert told["saturated"] == (np.flatnonzero(shut) + 1).tolist()
    assert told["left_saturated"] == (None if high is None else told["saturated"])
    kept = None if high is None else (np.flatnonzero(high.mean(axis=0) >= 0.9) + 1).tolist()
    assert told["right_saturated"] == kept
    printed = told["sentence"].values
    counts = {"dead": dead.sum(), "saturated": shut.sum(), "right_saturated": len(kept or [])}
    assert ("dead" in printed) == any(counts.values())
    assert all(printed.get(name, count) == count for name, count in counts.items())
    length = experiment.query.length
    lag, most = min(64, length // 2, length - 1), printed.get("starts", 1)
    starts = np.unique(np.linspace(1, length - lag, most).round().astype(int))
    squares = [np.square(dense_product(chain_of(experiment, MEMO), k + lag, k)).sum(axis=1) for k in starts.tolist()]
    arrives = [each / each.sum() for each in squares if each.sum() > 0.0]
    if arrives and "units" in printed:
        share = np.mean(arrives, axis=0)
        share = share.reshape(-1, experiment.query.hidden).sum(axis=0)
        named = [unit for unit in np.argsort(-share) if share[unit] >= max(0.1, 1.5 / len(share))]
        assert printed["units"] == [unit + 1 for unit in named]
        assert printed["share"] == pytest.approx(share[named].sum(), rel=1e-6)
        assert printed["steps"] == lag


@pytest.fixture(scope="module", autouse=True)
def no_remedies():
    """Nothing is tried that would help: it is told elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unrolled.views.diagnosis.view.remedies", lambda experiment, memo: ())
        yield


MORE = {
    "small slopes": asked(activation="sigmoid", amplitude=20, length=40, hidden=5),
    "h and c": asked(model="lstm", of="s", wrt="s", length=40, hidden=5, seed=2),
    "keeps everything": asked(model="gru", forget_bias=6, length=40, hidden=5),
    "keeps nothing": asked(model="mingru", forget_bias=-6, length=40, hidden=5),
}


@pytest.mark.parametrize("name", [*RECURRENT, *MORE])
def test_a_network_is_told_as_it_is(name):
    assert_true({**NETWORKS, **MORE}[name])


@given(
    st.fixed_dictionaries(
        {
            "model": st.sampled_from(["rnn", "lstm", "gru", "mingru"]),
            "activation": st.sampled_from(["tanh", "relu", "sine", "sigmoid"]),
            "length": st.integers(1, 30),
            "resolution": st.integers(8, 40),
            "seed": st.integers(0, 100),
            "forget_bias": st.floats(-6.0, 6.0),
            "amplitude": st.floats(0.0, 6.0),
        }
    )
)
@settings(max_examples=examples(40), deadline=None)
def test_any_network_is_told_as_it_is(fields):
    assert_true(asked(hidden=3, **fields))
