"""Chains to measure, and the size of every product by NumPy's SVD."""

import numpy as np

from tests.models import initial_parameters, make_network
from unrolled.core.arrays.grid import Grid, square_grid
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.blocks import Blocks, block_products
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.norms.triangle import spectral_triangle_and_dense_share

CLOSE = 1e-9


def random_chain(
    model: str = "rnn",
    init: str = "gaussian",
    hidden: int = 24,
    length: int = 40,
    of: str = "h",
    wrt: str = "h",
    activation: str = "tanh",
    layers: int = 1,
    weight: Array | None = None,
) -> JacobianChain:
    """Run a drawn network, or one with a given recurrent matrix, on white noise."""
    rng = np.random.default_rng(0)
    network = make_network(model, 20, hidden, layers, activation)
    parameters = initial_parameters(init, 1.0, network, rng)
    if weight is not None:
        parameters["weight_hh_l0"] = weight
    origin = 1 if layers > 1 else None
    return jacobian_chain(network.run(parameters, rng.standard_normal((length, 20))), of, wrt, origin=origin)


def svd_triangle(chain: JacobianChain, grid: Grid) -> Array:
    """Measure every product by SVD."""
    sizes = grid.empty()
    for column, k in enumerate(grid.k):
        product = np.array(chain.initial(np.array([k]))[0].T)
        for t in range(k, grid.t[-1] + 1):
            if t > k:
                product = chain.jacobians(np.array([t]))[0] @ product
            if t in grid.t:
                with np.errstate(divide="ignore"):
                    size = np.log10(np.linalg.svd(product[chain.rows], compute_uv=False)[0])
                sizes[np.searchsorted(grid.t, t), column] = size
    return sizes


def assert_spectral(chain: JacobianChain, grid: Grid | None = None) -> float:
    """Hold the largest singular values against the SVD; give the share of cells that took a dense eigensolver."""
    grid = square_grid(np.arange(1, chain.length + 1)) if grid is None else grid
    sizes, share = spectral_triangle_and_dense_share(chain, block_products(chain, grid.steps), grid)
    expected = svd_triangle(chain, grid)
    assert np.array_equal(np.isnan(sizes), np.isnan(expected))
    assert np.array_equal(np.isneginf(sizes), np.isneginf(expected))
    finite = np.isfinite(expected)
    assert np.abs(sizes[finite] - expected[finite]).max(initial=0.0) * np.log(10.0) < CLOSE
    return share


def cancelling_blocks(size: int, others: int) -> tuple[Blocks, Array, Array]:
    """Give 32 equal blocks, 31 other ones, and the diagonals of both in the one basis that they share.

    What the first ones let through best the others all but close: a product of n of the first and some of the others
    is a thousandth of the product of their norms for n = 1, a millionth for 2, 1e-9 for 3. `others` is how many
    directions are left.
    """
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((size, size)))[0]
    rest = 0.5 ** np.arange(size - 1) * (np.arange(size - 1) < others)
    before, after = np.concatenate([[1.0], 1e-3 * rest]), np.concatenate([[1e-5], rest])
    one, other = (turn * before) @ turn.T, (turn * after) @ turn.T
    return Blocks(np.stack([one] * 32 + [other] * 31), np.zeros(63, dtype=np.int64)), before, after
