"""Largest singular values of all pairs, against NumPy's SVD of products that are plainly multiplied."""

import tracemalloc

import numpy as np
import pytest

from unrolled.core.arrays.buffers import BufferPool
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.jacobians.product import product
from unrolled.core.networks.initialisations import initial_parameters
from unrolled.core.networks.network import Network
from unrolled.core.norms.lanczos import lanczos_lambda_max
from unrolled.core.norms.spectral import spectral_triangle, spectral_triangle_and_dense_share

CLOSE = 1e-9


def way(
    model: str = "rnn",
    init: str = "gaussian",
    hidden: int = 24,
    length: int = 40,
    of: str = "h",
    wrt: str = "h",
    activation: str = "tanh",
    gain: float = 1.0,
    layers: int = 1,
    weight: Array | None = None,
) -> JacobianChain:
    """Run a drawn network, or one with a given recurrent matrix, on white noise."""
    rng = np.random.default_rng(0)
    network = Network(model, 20, hidden, layers, activation)
    parameters = initial_parameters(init, gain, network, rng)
    if weight is not None:
        parameters["weight_hh_l0"] = weight
    origin = 1 if layers > 1 else None
    return jacobian_chain(network.run(parameters, rng.standard_normal((length, 20))), of, wrt, origin=origin)


def multiplied(way: JacobianChain, grid: Grid) -> Array:
    """Measure every product by SVD."""
    sizes = grid.empty()
    for column, k in enumerate(grid.k):
        moved = np.array(way.initial(np.array([k]))[0].T)
        for t in range(k, grid.t[-1] + 1):
            if t > k:
                moved = way.jacobians(np.array([t]))[0] @ moved
            if t in grid.t:
                with np.errstate(divide="ignore"):
                    size = np.log10(np.linalg.svd(moved[way.rows], compute_uv=False)[0])
                sizes[np.searchsorted(grid.t, t), column] = size
    return sizes


def assert_same(found: Array, expected: Array) -> None:
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.array_equal(np.isneginf(found), np.isneginf(expected))
    finite = np.isfinite(expected)
    assert np.abs(found[finite] - expected[finite]).max(initial=0.0) * np.log(10.0) < CLOSE


def check(way: JacobianChain, grid: Grid | None = None) -> float:
    grid = square_grid(np.arange(1, way.length + 1)) if grid is None else grid
    found, share = spectral_triangle_and_dense_share(way, block_products(way, grid.steps), grid)
    assert_same(found, multiplied(way, grid))
    return share


@pytest.mark.parametrize("init", ["pytorch", "gaussian", "orthogonal", "identity", "he"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_all_pairs_of_a_vanilla_network(init, activation):
    check(way(init=init, activation=activation))


@pytest.mark.parametrize("hidden", [1, 2, 5, 6, 7, 16, 33])
def test_sizes_around_the_change_of_method(hidden):
    check(way(hidden=hidden, length=21))


@pytest.mark.parametrize("model", ["lstm", "gru"])
@pytest.mark.parametrize(("of", "wrt"), [("h", "h"), ("s", "s"), ("h", "x")])
def test_blocks_of_gated_networks(model, of, wrt):
    check(way(model=model, of=of, wrt=wrt))


@pytest.mark.parametrize(("of", "wrt"), [("h", "c"), ("c", "h"), ("c", "x")])
def test_blocks_that_are_off_the_diagonal(of, wrt):
    check(way(model="lstm", of=of, wrt=wrt, length=25))


def test_two_layers():
    check(way(model="lstm", layers=2, hidden=17, length=25))


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 16, 17, 35])
def test_any_number_of_steps(length):
    check(way(length=length, init="pytorch"))


@pytest.mark.parametrize(
    ("t", "k"),
    [
        (np.arange(40, 61), np.arange(1, 22)),
        (np.arange(20, 61, 5), np.arange(1, 41)),
        (np.arange(3, 61), np.arange(10, 61, 7)),
        (np.array([60]), np.arange(1, 61)),
        (np.arange(1, 61), np.array([5])),
        (np.array([3, 31, 60]), np.array([31])),
    ],
)
def test_windows(t, k):
    check(way(length=60, hidden=20), Grid(t, k))


@pytest.mark.parametrize("rows", [1, 3, 16])
def test_a_window_whose_rows_and_columns_lie_unevenly(rows, monkeypatch):
    # Where they overlap every step is a column and every second one a row; beyond, all steps of the grid are rows.
    monkeypatch.setattr("unrolled.core.norms.squares._ROWS", rows)
    check(way(length=160, hidden=12), Grid(np.arange(40, 161, 2), np.arange(20, 81)))
    check(way(length=160, hidden=12), Grid(np.arange(40, 161), np.arange(20, 81, 3)))


def test_strides():
    check(way(length=90), square_grid(sample_steps(90, 30)))


def test_products_that_vanish_exactly():
    nilpotent = np.triu(np.random.default_rng(1).standard_normal((24, 24)), 3)
    found = way(weight=nilpotent, activation="identity")
    grid = square_grid(np.arange(1, 41))
    sizes = spectral_triangle(found, block_products(found, grid.steps), grid)
    lag = grid.t[:, None] - grid.k
    assert np.isneginf(sizes[lag >= 8]).all()
    assert np.isfinite(sizes[(lag >= 0) & (lag < 8)]).all()
    check(found)


def test_low_rank():
    rng = np.random.default_rng(1)
    check(way(weight=rng.standard_normal((24, 2)) @ rng.standard_normal((2, 24)) / 10.0))


def test_dead_units():
    weight = -np.abs(np.random.default_rng(1).standard_normal((24, 24)))
    check(way(weight=weight, activation="relu"))


@pytest.mark.parametrize(("gain", "activation"), [(1e-60, "tanh"), (1e50, "identity"), (1e-200, "tanh")])
def test_sizes_beyond_the_range_of_float64(gain, activation):
    rng = np.random.default_rng(0)
    network = Network("rnn", 2, 20, 1, activation)
    parameters = initial_parameters("gaussian", gain, network, rng)
    length = 90 if activation == "tanh" else 6
    found = jacobian_chain(network.run(parameters, rng.standard_normal((length, 2))))
    grid = square_grid(np.arange(1, length + 1))
    sizes = spectral_triangle(found, block_products(found, grid.steps), grid)
    for t, k in [(length, 1), (length // 2, 2), (length, length - 1), (2, 1)]:
        whole = product(found, t, k)
        expected = np.log10(np.linalg.norm(whole.matrix, 2)) + whole.log10_scale
        assert sizes[t - 1, k - 1] == pytest.approx(expected, rel=1e-13, abs=CLOSE / np.log(10.0))


@pytest.mark.parametrize("init", ["orthogonal", "identity"])
def test_matrices_near_a_multiple_of_the_identity(init):
    check(way(init=init, hidden=64, length=36))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["orthogonal", "permutation", "identity"])
def test_values_that_are_nearly_equal(kind, seed):
    # Three vectors at a time soon lose all others here: what they seem to prove must not be believed.
    rng = np.random.default_rng(seed)
    weight = {
        "orthogonal": np.linalg.qr(rng.standard_normal((16, 16)))[0],
        "permutation": np.eye(16)[rng.permutation(16)],
        "identity": np.eye(16) + 10.0 ** rng.uniform(-6.0, -2.0) * rng.standard_normal((16, 16)),
    }[kind]
    network = Network("rnn", 3, 16)
    parameters = initial_parameters("gaussian", 1.0, network, rng) | {"weight_hh_l0": weight}
    inputs = 10.0 ** rng.uniform(-3.0, 0.0) * rng.standard_normal((48, 3))
    check(jacobian_chain(network.run(parameters, inputs)))


def test_two_networks_in_one_that_know_nothing_of_each_other():
    rng = np.random.default_rng(0)
    first = rng.standard_normal((12, 12)) / np.sqrt(12.0)
    weight = np.zeros((24, 24))
    # The second is overtaken by the first, or the other way round, where the vectors know only one of them.
    weight[:12, :12], weight[12:, 12:] = first, first.T * (1.0 + 1e-6)
    check(way(weight=weight, length=64))


def test_few_cells_need_a_dense_eigensolver():
    for model, init, length in (("rnn", "gaussian", 256), ("gru", "pytorch", 96)):
        found = way(model=model, init=init, hidden=64, length=length)
        grid = square_grid(np.arange(1, length + 1))
        _, share = spectral_triangle_and_dense_share(found, block_products(found, grid.steps), grid)
        assert share < 0.01


def test_a_wrong_start_gives_no_wrong_value():
    rng = np.random.default_rng(2)
    turned = np.linalg.qr(rng.standard_normal((30, 20, 20)))[0]
    values = np.sort(rng.uniform(0.0, 1.0, (30, 20)) ** 8, axis=1)
    matrices = (turned * values[:, None]) @ turned.swapaxes(1, 2)
    # In the first half nothing of the largest eigenvector: without rounding the method would never see it.
    start = turned[:, :, 3:-1].sum(axis=2)[:, None]
    start[15:, 0] += turned[15:, :, -1]
    even = np.broadcast_to(np.eye(20), (30, 1, 20, 20))
    found, certain, _, _ = lanczos_lambda_max(
        matrices[:, None], even, np.full((30, 1), 20.0), start, values.sum(axis=1)[:, None, None], BufferPool()
    )
    assert np.abs(found / values[:, -1, None, None] - 1.0)[certain].max(initial=0.0) < 2.0 * CLOSE
    assert certain[15:].mean() > 0.5
    assert not certain[:15].all()


@pytest.mark.parametrize(("of", "wrt"), [("h", "h"), ("h", "x")])
@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_diagonal_products(activation, of, wrt):
    weight = np.diag(np.random.default_rng(1).uniform(-1.5, 1.5, 24))
    check(way(weight=weight, activation=activation, of=of, wrt=wrt))


def test_multiples_of_orthogonal_matrices():
    weight = 0.7 * np.linalg.qr(np.random.default_rng(1).standard_normal((24, 24)))[0]
    assert check(way(weight=weight, activation="identity")) == 0.0
    # Not quite: these must not be taken for one.
    check(way(weight=weight + 1e-6 * np.random.default_rng(2).standard_normal((24, 24)), activation="identity"))
    check(way(weight=weight + 1e-9 * np.random.default_rng(2).standard_normal((24, 24)), activation="identity"))


def test_factors_whose_gram_matrices_are_not_kept(monkeypatch):
    monkeypatch.setattr("unrolled.core.norms.factors._STORED_ENTRIES", 0)
    monkeypatch.setattr("unrolled.core.norms.squares._GRAM_ENTRIES", 3 * 48**2)
    check(way(model="lstm", layers=2, hidden=12, length=50))
    check(way(model="lstm", hidden=24, length=50, wrt="x", of="s"), Grid(np.arange(5, 51, 3), np.arange(1, 51, 2)))


def test_little_memory_beside_the_factors():
    found = way(model="lstm", layers=2, hidden=96, length=48)
    grid = square_grid(np.arange(1, 49))
    blocks = block_products(found, grid.steps)
    tracemalloc.start()
    try:
        spectral_triangle(found, blocks, grid)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 48 * found.width * found.state_size + 64 * 2**20
