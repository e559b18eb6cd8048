"""The curves beside the measured one are those of their definitions, and so are the rates that are told of them."""

from typing import Any

import numpy as np
import pytest

from tests.truth.networks import MEMO, NETWORKS, asked, linear
from unrolled.core.arrays.types import Array
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.experiment.triangle import told
from unrolled.views import VIEWS
from unrolled.views.text.numbers import number, pace

GATED = {
    "lstm": asked(model="lstm", of="c", wrt="c", length=30, hidden=4, forget_bias=2),
    "gru, Frobenius": asked(model="gru", length=30, hidden=4, norm="frobenius"),
    "lstm, h by c": asked(model="lstm", of="h", wrt="c", length=30, hidden=3, chrono=30),
}


def keeping_gate(experiment: Experiment) -> Array:
    """f of an LSTM, z of a GRU, at every step: σ of its rows of the pre-activations."""
    forward, hidden = run(experiment, MEMO), experiment.query.hidden
    states = np.vstack([np.zeros(hidden), forward.stack.layers[0].h[1:-1]])
    inner = forward.parameters["weight_ih_l0"] @ forward.sequence.inputs.T + forward.parameters["bias_ih_l0"][:, None]
    outer = forward.parameters["weight_hh_l0"] @ states.T + forward.parameters["bias_hh_l0"][:, None]
    return 1 / (1 + np.exp(-(inner + outer)[hidden : 2 * hidden].T))


@pytest.mark.parametrize("name", GATED)
def test_what_the_gate_alone_would_leave_is_a_norm(name: str) -> None:
    experiment = GATED[name]
    result, gate = VIEWS["decay"].compute(experiment, MEMO), keeping_gate(experiment)
    measure: Any = np.max if experiment.query.norm == "spectral" else np.linalg.norm
    measured = []
    for lag in range(len(gate)):
        diagonals = [np.prod(gate[k : k + lag], axis=0) for k in range(1, len(gate) - lag + 1)]
        measured.append(np.median([np.log10(measure(diagonal)) for diagonal in diagonals]))
    curve = result.payload()["gate"]
    np.testing.assert_allclose(np.array(curve) - curve[0], np.array(measured) - measured[0], atol=1e-10)
    rate, half = result.summary.rate, len(curve) // 2
    values = result.sentence().values
    assert values["gate"] == pytest.approx((curve[half] - curve[0]) / half)
    assert pace(values["gate"]) in result.sentence()
    assert values.get("rate", rate) == rate


def test_without_recurrent_weights_the_gate_is_all_there_is() -> None:
    experiment = asked(model="lstm", gain=0, chrono=200, seed=1, of="c", wrt="c", length=100)
    payload = VIEWS["decay"].compute(experiment, MEMO).payload()
    np.testing.assert_allclose(payload["gate"], payload["median"], atol=1e-10)
    assert "that is about what is measured" in payload["sentence"]


@pytest.mark.parametrize(
    "experiment", [linear([[0.5, 0.3], [0.0, 0.2]], 20), NETWORKS["default"]], ids=["own", "default"]
)
def test_bound_and_asymptote_are_powers_of_the_matrix(experiment: Experiment) -> None:
    result = VIEWS["decay"].compute(experiment, MEMO)
    weight = run(experiment, MEMO).parameters["weight_hh_l0"]
    sigma, radius = np.linalg.norm(weight, 2), np.abs(np.linalg.eigvals(weight)).max()
    payload, values = result.payload(), result.sentence().values
    lag = np.array(payload["lag"])
    np.testing.assert_allclose(payload["bound"], lag * np.log10(sigma), atol=1e-9)
    np.testing.assert_allclose(payload["asymptote"], lag * np.log10(radius), atol=1e-9)
    assert values["per_step"] == pytest.approx(sigma)
    assert values["radius"] == pytest.approx(radius)
    assert values["alone"] == pytest.approx(np.log10(radius))
    assert values["bound"] == pytest.approx(np.log10(sigma))
    assert values["rate"] == told(experiment, MEMO).summary.rate
    assert f"The spectral radius {number(radius)} alone would give {pace(np.log10(radius))}" in result.sentence()
