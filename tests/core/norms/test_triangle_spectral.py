"""Largest singular values of all pairs, against NumPy's SVD of products that are plainly multiplied."""

import tracemalloc
from itertools import product as pairs

import numpy as np
import pytest

from tests.cases import few
from tests.core.norms.products import CLOSE, assert_spectral, random_chain
from tests.models import initial_parameters, make_network
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.jacobians.product import product
from unrolled.core.norms.triangle import spectral_triangle, spectral_triangle_and_dense_share

INITS = ["pytorch", "gaussian", "orthogonal", "identity", "he"]
VANILLA = few(
    pairs(INITS, ["tanh", "relu", "identity"]), [("gaussian", "tanh"), ("he", "relu"), ("orthogonal", "identity")]
)


@pytest.mark.parametrize(("init", "activation"), VANILLA)
def test_all_pairs_of_a_vanilla_network(init, activation):
    assert_spectral(random_chain(init=init, activation=activation))


@pytest.mark.parametrize("hidden", few([1, 2, 5, 6, 7, 16, 33], [1, 6, 7, 33]))
def test_sizes_around_the_change_of_method(hidden):
    assert_spectral(random_chain(hidden=hidden, length=21))


GATED = few(
    pairs(["lstm", "gru"], [("h", "h"), ("s", "s"), ("h", "x")]),
    [("lstm", ("s", "s")), ("lstm", ("h", "x")), ("gru", ("h", "h"))],
)


@pytest.mark.parametrize(("model", "part"), GATED)
def test_blocks_of_gated_networks(model, part):
    assert_spectral(random_chain(model=model, of=part[0], wrt=part[1], length=30))


@pytest.mark.parametrize(("of", "wrt"), few([("h", "c"), ("c", "h"), ("c", "x")], [("h", "c")]))
def test_blocks_that_are_off_the_diagonal(of, wrt):
    assert_spectral(random_chain(model="lstm", of=of, wrt=wrt, length=25))


def test_two_layers():
    assert_spectral(random_chain(model="lstm", layers=2, hidden=17, length=20))


@pytest.mark.parametrize("length", few([1, 2, 7, 8, 9, 16, 17, 35], [1, 2, 9, 17]))
def test_any_number_of_steps(length):
    assert_spectral(random_chain(length=length, init="pytorch"))


WINDOWS = [
    (np.arange(40, 61), np.arange(1, 22)),
    (np.arange(20, 61, 5), np.arange(1, 41)),
    (np.arange(3, 61), np.arange(10, 61, 7)),
    (np.array([60]), np.arange(1, 61)),
    (np.arange(1, 61), np.array([5])),
    (np.array([3, 31, 60]), np.array([31])),
]


@pytest.mark.parametrize(("t", "k"), few(WINDOWS, [WINDOWS[1], WINDOWS[2], WINDOWS[5]]))
def test_windows(t, k):
    assert_spectral(random_chain(length=60, hidden=20), Grid(t, k))


def test_strides():
    assert_spectral(random_chain(length=90), square_grid(sample_steps(90, 30)))


def test_products_that_vanish_exactly():
    nilpotent = np.triu(np.random.default_rng(1).standard_normal((24, 24)), 3)
    chain = random_chain(weight=nilpotent, activation="identity")
    grid = square_grid(np.arange(1, 41))
    sizes = spectral_triangle(chain, block_products(chain, grid.steps), grid)
    lag = grid.t[:, None] - grid.k
    assert np.isneginf(sizes[lag >= 8]).all()
    assert np.isfinite(sizes[(lag >= 0) & (lag < 8)]).all()
    assert_spectral(chain)


def test_low_rank():
    rng = np.random.default_rng(1)
    assert_spectral(random_chain(weight=rng.standard_normal((24, 2)) @ rng.standard_normal((2, 24)) / 10.0))


def test_dead_units():
    weight = -np.abs(np.random.default_rng(1).standard_normal((24, 24)))
    assert_spectral(random_chain(weight=weight, activation="relu"))


@pytest.mark.parametrize(("gain", "activation"), [(1e-60, "tanh"), (1e50, "identity"), (1e-200, "tanh")])
def test_sizes_beyond_the_range_of_float64(gain, activation):
    rng = np.random.default_rng(0)
    network = make_network("rnn", 2, 20, 1, activation)
    parameters = initial_parameters("gaussian", gain, network, rng)
    length = 90 if activation == "tanh" else 6
    chain = jacobian_chain(network.run(parameters, rng.standard_normal((length, 2))))
    grid = square_grid(np.arange(1, length + 1))
    sizes = spectral_triangle(chain, block_products(chain, grid.steps), grid)
    for t, k in [(length, 1), (length // 2, 2), (length, length - 1), (2, 1)]:
        exact = product(chain, t, k)
        expected = np.log10(np.linalg.norm(exact.matrix, 2)) + exact.log10_scale
        assert sizes[t - 1, k - 1] == pytest.approx(expected, rel=1e-13, abs=CLOSE / np.log(10.0))


@pytest.mark.parametrize("init", few(["orthogonal", "identity"], ["orthogonal"]))
def test_matrices_near_a_multiple_of_the_identity(init):
    assert_spectral(random_chain(init=init, hidden=64, length=24))


@pytest.mark.parametrize("seed", few(range(6), 2))
@pytest.mark.parametrize("kind", ["orthogonal", "permutation", "identity"])
def test_values_that_are_nearly_equal(kind, seed):
    # Three vectors at a time soon lose all others here: what they seem to prove must not be believed.
    rng = np.random.default_rng(seed)
    weight = {
        "orthogonal": np.linalg.qr(rng.standard_normal((16, 16)))[0],
        "permutation": np.eye(16)[rng.permutation(16)],
        "identity": np.eye(16) + 10.0 ** rng.uniform(-6.0, -2.0) * rng.standard_normal((16, 16)),
    }[kind]
    network = make_network("rnn", 3, 16)
    parameters = initial_parameters("gaussian", 1.0, network, rng) | {"weight_hh_l0": weight}
    inputs = 10.0 ** rng.uniform(-3.0, 0.0) * rng.standard_normal((48, 3))
    assert_spectral(jacobian_chain(network.run(parameters, inputs)))


def test_two_networks_in_one_that_know_nothing_of_each_other():
    rng = np.random.default_rng(0)
    first = rng.standard_normal((12, 12)) / np.sqrt(12.0)
    weight = np.zeros((24, 24))
    # The second is overtaken by the first, or the other way round, where the vectors know only one of them.
    weight[:12, :12], weight[12:, 12:] = first, first.T * (1.0 + 1e-6)
    assert_spectral(random_chain(weight=weight, length=64))


@pytest.mark.parametrize(("model", "init", "length"), [("rnn", "gaussian", 128), ("gru", "pytorch", 64)])
def test_few_cells_need_a_dense_eigensolver(model, init, length):
    chain = random_chain(model=model, init=init, hidden=64, length=length)
    grid = square_grid(np.arange(1, length + 1))
    _, share = spectral_triangle_and_dense_share(chain, block_products(chain, grid.steps), grid)
    assert share < 0.01


def test_little_memory_beside_the_factors():
    chain = random_chain(model="lstm", layers=2, hidden=96, length=32)
    grid = square_grid(np.arange(1, 33))
    blocks = block_products(chain, grid.steps)
    tracemalloc.start()
    try:
        spectral_triangle(chain, blocks, grid)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 32 * chain.width * chain.state_size + 64 * 2**20
