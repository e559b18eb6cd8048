"""Largest eigenvalues of products of two matrices: never too large, and what is certified is right."""

import numpy as np

from unrolled.core.arrays.buffers import BufferPool
from unrolled.core.norms.lanczos import LARGE, lanczos_lambda_max
from unrolled.runtime.progress import Watch, watched


def test_a_wrong_start_gives_no_wrong_value():
    rng = np.random.default_rng(2)
    rotations = np.linalg.qr(rng.standard_normal((30, 20, 20)))[0]
    values = np.sort(rng.uniform(0.0, 1.0, (30, 20)) ** 8, axis=1)
    matrices = (rotations * values[:, None]) @ rotations.swapaxes(1, 2)
    # In the first half nothing of the largest eigenvector: without rounding the method would never see it.
    start = rotations[:, :, 3:-1].sum(axis=2)[:, None]
    start[15:, 0] += rotations[15:, :, -1]
    even = np.broadcast_to(np.eye(20), (30, 1, 20, 20))
    ritz, certain, _, _ = lanczos_lambda_max(
        matrices[:, None], even, np.full((30, 1), 20.0), start, values.sum(axis=1)[:, None, None], BufferPool()
    )
    assert np.abs(ritz / values[:, -1, None, None] - 1.0)[certain].max(initial=0.0) < 2e-9
    assert certain[15:].mean() > 0.5
    assert not certain[:15].all()


def test_products_of_large_matrices_and_a_product_that_is_zero():
    # From this size on all vectors are kept and the steps go on to a proof, until few cells are open.
    rng = np.random.default_rng(3)
    factors = rng.standard_normal((2, 6, LARGE, LARGE)) * 0.8 ** np.arange(LARGE)
    left, right = factors @ factors.swapaxes(-2, -1)
    right[-1] = 0.0
    truth = np.linalg.norm(
        np.linalg.cholesky(right[:5] + 1e-12 * np.eye(LARGE)).mT @ factors[0][:, None], 2, axis=(2, 3)
    )
    traces, scales = np.einsum("nij,mji->nm", left, right), np.trace(right, axis1=1, axis2=2)
    ritz, certain, _, _ = lanczos_lambda_max(
        left[None], right[None], scales[None], np.ones((1, 6, LARGE)), traces[None], BufferPool()
    )
    values, proved = ritz[0, :, :5], certain[0, :, :5]
    assert proved.sum() >= 10
    np.testing.assert_allclose(values[proved], np.square(truth)[proved], rtol=2e-9)
    assert (values <= np.square(truth) * (1 + 1e-9)).all()
    np.testing.assert_array_equal(ritz[0, :, 5], 0.0)
    assert certain[0, :, 5].all()


def test_pieces_of_the_cells_are_the_whole(monkeypatch):
    rng = np.random.default_rng(5)
    factors = rng.standard_normal((2, 3, 7, 16, 16)) * 0.6 ** np.arange(16)
    left, right = factors @ factors.swapaxes(-2, -1)
    traces, scales = np.einsum("gnij,gmji->gnm", left, right), np.trace(right, axis1=2, axis2=3)
    start = rng.standard_normal((3, 7, 16))
    truth = np.linalg.eigvals(left[:, :, None] @ right[:, None]).real.max(axis=-1)

    def measured():
        return lanczos_lambda_max(left, right, scales, start, traces, BufferPool())

    whole, certain, _, _ = measured()
    for cells in (1, 20, 60):
        monkeypatch.setattr("unrolled.core.norms.lanczos._PIECE_ENTRIES", cells * 16)
        values, also_certain, _, last = measured()
        both = certain & also_certain
        assert both.sum() > 0.9 * certain.sum() > 100
        np.testing.assert_allclose(values[both], whole[both], rtol=2e-9)
        np.testing.assert_allclose(values[also_certain], truth[also_certain], rtol=2e-9)
        # The last vectors are those of the last products, in the inner product of these.
        done = also_certain[:, :, -1]
        np.testing.assert_allclose(_quotients(last, left, right[:, -1])[done], truth[:, :, -1][done], rtol=1e-5)


def _quotients(vectors, left, right):
    """Give xᵀBKBx / xᵀBx."""
    duals = vectors @ right
    return np.einsum("gni,gnij,gnj->gn", duals, left, duals) / np.einsum("gni,gni->gn", duals, vectors)


def test_cells_that_are_done_take_no_more_steps():
    # The start is the vector sought in all cells: a second step has nothing left to find.
    values = np.linspace(1.0, 2.0, LARGE)
    left, right = np.diag(values)[None, None], np.tile(np.eye(LARGE), (1, 30, 1, 1))
    traces, scales, work = np.full((1, 1, 30), values.sum()), np.full((1, 30), float(LARGE)), []
    for start in (np.eye(LARGE)[None, None, -1], np.ones((1, 1, LARGE))):
        with watched(Watch()) as watch:
            found, _, _, _ = lanczos_lambda_max(left, right, scales, start, traces, BufferPool())
        work.append(watch.done)
        assert found.max() <= 2.0 * (1 + 1e-12)
    assert 4 * work[0] < work[1]
