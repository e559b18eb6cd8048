"""Every initialisation against its own law."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.networks.initialisations import INITIALISATIONS, MemoryBias, initial_parameters
from unrolled.core.networks.network import Network

SIZE = 96


def matrix(init: str, gain: float = 1.0, size: int = SIZE, features: int = 1, seed: int = 3):
    return initial_parameters(init, gain, Network("rnn", features, size), np.random.default_rng(seed))["weight_hh_l0"]


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_gain_multiplies_the_recurrent_matrix_only_and_the_input_leaves_it_alone(init):
    plain = initial_parameters(init, 1.0, Network("rnn", 3, 8), np.random.default_rng(0))
    scaled = initial_parameters(init, 2.5, Network("rnn", 3, 8), np.random.default_rng(0))
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
        drawn = initial_parameters(init, 1.0, Network("rnn", 5, 64), np.random.default_rng(1))
        assert 0.9 / 8 < np.abs(drawn["weight_ih_l0"]).max() <= 1 / 8
        for name in ("bias_ih_l0", "bias_hh_l0"):
            assert np.abs(drawn[name]).max() <= 1 / 8
            assert drawn[name].any() == (init == "pytorch")


GATED = pytest.mark.parametrize(("model", "keeps"), [("lstm", 1), ("gru", 1)])


SOME = [("orthogonal", "lstm"), ("spectral", "gru"), ("identity", "lstm"), ("pytorch", "gru")]


@pytest.mark.parametrize(("init", "model"), few(product(INITIALISATIONS, ["lstm", "gru"]), SOME))
def test_every_gate_of_every_layer_has_a_matrix_of_its_own(init, model):
    network = Network(model, 3, 16, 2)
    drawn = initial_parameters(init, 1.5, network, np.random.default_rng(0))
    assert {name: value.shape for name, value in drawn.items()} == network.parameter_shapes()
    blocks = [block for layer in range(2) for block in np.split(drawn[f"weight_hh_l{layer}"], len(network.kind.gates))]
    for block in blocks:
        if init == "orthogonal":
            np.testing.assert_allclose(block @ block.T, 1.5**2 * np.eye(16), atol=1e-12)
        elif init == "spectral":
            assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.5, rel=1e-10)
    if init != "identity":
        assert len({float(block[0, 0]) for block in blocks}) == len(blocks)


@GATED
def test_a_forget_bias_is_set_once_and_nothing_else_with_it(model, keeps):
    network = Network(model, 3, 4, 2)
    plain, told = (
        initial_parameters("pytorch", 1.0, network, np.random.default_rng(2), memory)
        for memory in (MemoryBias(), MemoryBias(forget_bias=2.5))
    )
    for layer in range(2):
        place = slice(4 * keeps, 4 * keeps + 4)
        np.testing.assert_array_equal(told[f"bias_ih_l{layer}"][place], 2.5)
        np.testing.assert_array_equal(told[f"bias_hh_l{layer}"][place], 0.0)
        plain[f"bias_ih_l{layer}"][place], plain[f"bias_hh_l{layer}"][place] = 2.5, 0.0
    for name, value in plain.items():
        np.testing.assert_array_equal(told[name], value)


@GATED
def test_chrono_biases_follow_their_law(model, keeps):
    network = Network(model, 1, 1000, 1)
    drawn = initial_parameters("identity", 1.0, network, np.random.default_rng(2), MemoryBias(chrono=40))
    blocks = np.split(drawn["bias_ih_l0"], len(network.kind.gates))
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


def test_a_vanilla_network_has_nothing_to_remember_by():
    network = Network("rnn", 2, 5)
    plain, told = (
        initial_parameters("pytorch", 1.0, network, np.random.default_rng(2), memory)
        for memory in (MemoryBias(), MemoryBias(forget_bias=9.0, chrono=40))
    )
    for name, value in plain.items():
        np.testing.assert_array_equal(told[name], value)
