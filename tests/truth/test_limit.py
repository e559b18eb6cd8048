"""What is smaller than float64 is told as that: slopes and gates by many digits, counted where taken for zero."""

import mpmath
import numpy as np
import pytest

from tests.truth.networks import MEMO, NETWORKS, asked
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.query.query import Query
from unrolled.service.answers import Answers, told
from unrolled.settings import Settings
from unrolled.views import VIEWS

LEAST = mpmath.mpf(2) ** -1000
SMOOTH = ["tanh", "sigmoid", "elu", "selu", "gelu", "silu", "softplus", "mish"]


def slope(activation, a):
    """Differentiate an activation with as many digits as it takes."""
    functions = {
        "tanh": mpmath.tanh,
        "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
        "elu": lambda x: x if x > 0 else mpmath.expm1(x),
        "selu": lambda x: x if x > 0 else mpmath.expm1(x),
        "gelu": lambda x: x * mpmath.ncdf(x),
        "silu": lambda x: x / (1 + mpmath.exp(-x)),
        "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
        "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    }
    with mpmath.workdps(1200):
        step = mpmath.mpf(10) ** -50
        x, f = mpmath.mpf(a), functions[activation]
        return abs((f(x + step) - f(x - step)) / (2 * step))


def still(activation: str, biases: list[float], length: int = 3) -> Experiment:
    """Give units that do not see each other, nor the input, each at its bias."""
    size = len(biases)
    weights = {
        "weight_ih_l0": np.zeros((size, 1)), "weight_hh_l0": np.zeros((size, size)),
        "bias_ih_l0": np.array(biases), "bias_hh_l0": np.zeros(size),
    }  # fmt: skip
    return Experiment.of_arrays({"activation": activation, "length": length}, weights)


@pytest.mark.parametrize("activation", SMOOTH)
def test_a_slope_that_is_taken_for_zero_is_counted(activation):
    biases = [0.0, -30.0, -340.0, -350.0, -400.0, -690.0, -700.0, -800.0, 350.0, 800.0]
    counted = sum(0 < slope(activation, a) < LEAST for a in biases)
    assert run(still(activation, biases), MEMO).trace.too_small == 3 * counted


@pytest.mark.parametrize(
    "activation", ["relu", "hardtanh", "hardsigmoid", "identity", "sine", "leaky_relu", "softsign"]
)
def test_a_slope_that_is_zero_or_is_not_small_is_none(activation):
    biases = [0.5, -1.0, -4.0, 4.0, -350.0, 1e9]
    assert run(still(activation, biases), MEMO).trace.too_small == 0
    assert ACTIVATIONS[activation].is_flat == (ACTIVATIONS[activation].derivative(np.array(biases)) == 0.0).any()


@pytest.mark.parametrize("model", ["lstm", "gru", "mingru"])
def test_gates_are_counted(model):
    size = {"hidden": 2, "length": 5, "model": model}
    assert run(asked(**size), MEMO).trace.too_small == 0
    gates = {"lstm": 4, "gru": 3, "mingru": 2}[model]
    weights = {
        "weight_ih_l0": np.zeros((2 * gates, 1)),
        "bias_ih_l0": np.array([-700.0, 0.5] + (2 * gates - 2) * [0.5]),
        "bias_hh_l0": np.zeros(2 * gates),
    }
    if model != "mingru":
        weights["weight_hh_l0"] = np.zeros((2 * gates, 2))
    # The first unit's first gate is e^−700 < 2^−1000. Of z that counts with its slope, of r alone, as it multiplies
    # nothing. Of i with its slope, and all that c, as small, multiplies: f′ but at the first step, and o′.
    counted = run(Experiment.of_arrays(size, weights), MEMO).trace.too_small
    assert counted == {"lstm": 5 + 5 + 4 + 5, "gru": 5, "mingru": 5 + 5}[model]
    weights["bias_ih_l0"][0] = -600.0
    assert run(Experiment.of_arrays(size, weights), MEMO).trace.too_small == 0


def test_every_answer_says_so():
    answers, experiment = Answers(Settings(threads=1)), still("tanh", [350.0, 0.0])
    for name in ("influence", "jacobian", "decay", "saturation", "spectrum", "diagnosis", "graph", "credit", "bias"):
        answer = told(answers.result(VIEWS[name], experiment))
        assert answer["limit"]["count"] == 3
        sentence = answer["summary"]["sentence"] if name == "influence" else answer["sentence"]
        said = [*answer.get("notes", ()), sentence]
        assert any(each.endswith(answer["limit"]["sentence"]) for each in said)
        assert any("below 10^−301 count as zero, 3 of them" in each for each in said)
        assert name != "influence" or answer["summary"]["verdict"] == "zero"
        assert name != "influence" or sentence.endswith(answer["limit"]["sentence"])
    assert told(answers.result(VIEWS["spectrum"], experiment))["singular"] is True
    usual = told(answers.result(VIEWS["influence"], Experiment(Query())))
    assert usual["limit"] is None


def test_a_factor_that_is_too_small_is_not_certainly_singular():
    weights = {"weight_ih_l0": [[0.0]], "weight_hh_l0": [[1.0]], "bias_ih_l0": [350.0], "bias_hh_l0": [0.0]}
    answer = VIEWS["spectrum"].compute(Experiment.of_arrays({}, weights, [[1.0]] * 5), MEMO).payload()
    assert (answer["singular"], answer["log_determinant"]) == (None, None)


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_too_small_in_ordinary_networks(name):
    assert run(NETWORKS[name], MEMO).trace.too_small == 0
