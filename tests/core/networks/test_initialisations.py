"""Every initialisation against its own law."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Derivative, dense_product
from tests.core.networks.cells.gates import sigma
from tests.models import initial_parameters, make_network
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import running_norms
from unrolled.core.networks.initialisations import INITIALISATIONS, MemoryBias

SIZE = 96


def matrix(init: str, gain: float = 1.0, size: int = SIZE, features: int = 1, seed: int = 3):
    return initial_parameters(init, gain, make_network("rnn", features, size), np.random.default_rng(seed))[
        "weight_hh_l0"
    ]


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_gain_multiplies_the_recurrent_matrix_only_and_the_input_leaves_it_alone(init):
    plain = initial_parameters(init, 1.0, make_network("rnn", 3, 8), np.random.default_rng(0))
    scaled = initial_parameters(init, 2.5, make_network("rnn", 3, 8), np.random.default_rng(0))
    np.testing.assert_allclose(scaled["weight_hh_l0"], 2.5 * plain["weight_hh_l0"], rtol=1e-14)
    for name in ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0"):
        np.testing.assert_array_equal(scaled[name], plain[name])
    np.testing.assert_array_equal(matrix(init, features=1), matrix(init, features=40))


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("pytorch", 1 / np.sqrt(3 * SIZE)),
        ("glorot_uniform", 1 / np.sqrt(SIZE)),
        ("glorot_normal", 1 / np.sqrt(SIZE)),
        ("he", np.sqrt(2 / SIZE)),
        ("gaussian", 1 / np.sqrt(SIZE)),
    ],
)
def test_entries_have_the_published_spread(init, deviation):
    drawn = matrix(init)
    assert drawn.std() == pytest.approx(deviation, rel=0.03)
    assert abs(drawn.mean()) < 4 * deviation / SIZE


@pytest.mark.parametrize(("init", "bound"), [("pytorch", 1 / np.sqrt(SIZE)), ("glorot_uniform", np.sqrt(3 / SIZE))])
def test_uniform_entries_fill_their_interval(init, bound):
    drawn = np.abs(matrix(init))
    assert drawn.max() <= bound
    assert drawn.max() > 0.99 * bound


def test_orthogonal_identity_and_spectral_keep_their_promise():
    q = matrix("orthogonal", 1.5)
    np.testing.assert_allclose(q @ q.T, 1.5**2 * np.eye(SIZE), atol=1e-12)
    np.testing.assert_array_equal(matrix("identity", 0.5), 0.5 * np.eye(SIZE))
    assert np.abs(np.linalg.eigvals(matrix("spectral", 0.9))).max() == pytest.approx(0.9, rel=1e-10)


def test_input_weights_and_biases_start_as_in_pytorch():
    for init in INITIALISATIONS:
        drawn = initial_parameters(init, 1.0, make_network("rnn", 5, 64), np.random.default_rng(1))
        assert 0.9 / 8 < np.abs(drawn["weight_ih_l0"]).max() <= 1 / 8
        for name in ("bias_ih_l0", "bias_hh_l0"):
            assert np.abs(drawn[name]).max() <= 1 / 8
            assert drawn[name].any() == (init == "pytorch")


GATED = pytest.mark.parametrize(("model", "keeps"), [("lstm", 1), ("gru", 1)])


SOME = [("orthogonal", "lstm"), ("spectral", "gru"), ("identity", "lstm"), ("pytorch", "gru")]


@pytest.mark.parametrize(("init", "model"), few(product(INITIALISATIONS, ["lstm", "gru"]), SOME))
def test_every_gate_of_every_layer_has_a_matrix_of_its_own(init, model):
    network = make_network(model, 3, 16, 2)
    drawn = initial_parameters(init, 1.5, network, np.random.default_rng(0))
    assert {name: value.shape for name, value in drawn.items()} == network.parameter_shapes()
    blocks = [block for layer in range(2) for block in np.split(drawn[f"weight_hh_l{layer}"], len(network.cell.gates))]
    for block in blocks:
        if init == "orthogonal":
            np.testing.assert_allclose(block @ block.T, 1.5**2 * np.eye(16), atol=1e-12)
        elif init == "spectral":
            assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.5, rel=1e-10)
    if init != "identity":
        assert len({float(block[0, 0]) for block in blocks}) == len(blocks)


@GATED
def test_a_forget_bias_is_set_once_and_nothing_else_with_it(model, keeps):
    network = make_network(model, 3, 4, 2)
    plain, biased = (
        initial_parameters("pytorch", 1.0, network, np.random.default_rng(2), memory)
        for memory in (MemoryBias(), MemoryBias(forget_bias=2.5))
    )
    for layer in range(2):
        place = slice(4 * keeps, 4 * keeps + 4)
        np.testing.assert_array_equal(biased[f"bias_ih_l{layer}"][place], 2.5)
        np.testing.assert_array_equal(biased[f"bias_hh_l{layer}"][place], 0.0)
        plain[f"bias_ih_l{layer}"][place], plain[f"bias_hh_l{layer}"][place] = 2.5, 0.0
    for name, value in plain.items():
        np.testing.assert_array_equal(biased[name], value)


@GATED
def test_chrono_biases_follow_their_law(model, keeps):
    network = make_network(model, 1, 1000, 1)
    drawn = initial_parameters("identity", 1.0, network, np.random.default_rng(2), MemoryBias(chrono=40))
    blocks = np.split(drawn["bias_ih_l0"], len(network.cell.gates))
    uniform = np.exp(blocks[keeps])
    assert uniform.min() >= 1
    assert uniform.max() <= 39
    assert uniform.mean() == pytest.approx(20, rel=0.03)
    assert uniform.std() == pytest.approx(38 / np.sqrt(12), rel=0.03)
    for index, block in enumerate(blocks):
        if index == 0 and model == "lstm":
            np.testing.assert_array_equal(block, -blocks[keeps])
        elif index != keeps:
            np.testing.assert_array_equal(block, 0)
    assert not drawn["bias_hh_l0"].any()


def test_memory_biases_leave_a_vanilla_network_unchanged():
    network = make_network("rnn", 2, 5)
    plain, biased = (
        initial_parameters("pytorch", 1.0, network, np.random.default_rng(2), memory)
        for memory in (MemoryBias(), MemoryBias(forget_bias=9.0, chrono=40))
    )
    for name, value in plain.items():
        np.testing.assert_array_equal(biased[name], value)


# The memory that biases promise.


def silent(model: str, memory: MemoryBias, length: int, hidden: int = 3, reset="after") -> JacobianChain:
    """Run a gated network that feels neither itself nor an input; ∂c/∂c of an LSTM, ∂h/∂h of a GRU."""
    network = make_network(model, 1, hidden, reset=reset)
    drawn = initial_parameters("identity", 0.0, network, np.random.default_rng(3), memory)
    trace = network.run(drawn, np.zeros((length, 1)))
    return Derivative("c", "c").chain(trace) if model == "lstm" else Derivative().chain(trace)


@pytest.mark.parametrize("model", ["lstm", "gru"])
@pytest.mark.parametrize(("bias", "half_life"), [(0.0, 1.00), (1.0, 2.21), (2.0, 5.46), (4.0, 38.2)])
def test_the_bias_of_the_keeping_gate_sets_the_half_life(model, bias, half_life):
    sizes = running_norms(silent(model, MemoryBias(forget_bias=bias), 60), 1, np.arange(1, 61), "spectral")
    assert np.interp(np.log10(2), -sizes, np.arange(len(sizes))) == pytest.approx(half_life, abs=0.05)
    np.testing.assert_allclose(np.diff(sizes), np.log10(sigma(bias)), atol=1e-12)


@pytest.mark.parametrize("model", ["lstm", "gru"])
@pytest.mark.parametrize("horizon", [100, 1000])
def test_a_chrono_gate_keeps_one_part_in_e_over_its_horizon(model, horizon):
    chain = silent(model, MemoryBias(forget_bias=float(np.log(horizon - 1))), horizon + 1)
    remaining = 10 ** running_norms(chain, 1, np.array([horizon + 1]), "spectral")[-1]
    assert remaining == pytest.approx((1 - 1 / horizon) ** horizon, rel=1e-10)
    assert remaining == pytest.approx(1 / np.e, rel=0.6 / horizon)


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_units_of_a_chrono_network_forget_at_rates_spread_over_the_horizon(model):
    chain = silent(model, MemoryBias(chrono=50), 2, hidden=120)
    times = 1 / (1 - np.diagonal(dense_product(chain, 2, 1)))
    # f = σ(ln u) = u/(1 + u) with u uniform in (1, 49): 1/(1 − f) is uniform in (2, 50).
    assert times.min() > 2
    assert times.max() < 50
    assert times.mean() == pytest.approx(26, abs=4)
