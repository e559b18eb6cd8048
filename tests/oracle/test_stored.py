"""The network against the stored PyTorch vectors; needs no PyTorch."""

import numpy as np
import pytest

from app.core.activations import ACTIVATIONS
from app.core.initialisations import INITIALISATIONS
from app.core.triangle import sample_steps, triangle
from tests.oracle import vectors
from tests.oracle.comparison import SLIP, compare


@pytest.fixture(scope="module")
def stored():
    return vectors.stored()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("init", INITIALISATIONS)
def test_every_pair_is_that_of_pytorch(stored, activation, init):
    case, states, jacobians = stored[activation, init]
    assert len(jacobians) == vectors.LENGTH * (vectors.LENGTH + 1) // 2
    compare(case, states, jacobians)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_triangle_has_their_norms(stored, activation):
    case, _, jacobians = stored[activation, "he"]
    sizes = triangle(case.run(), sample_steps(vectors.LENGTH, 256), "spectral")
    for (t, k), matrix in jacobians.items():
        if k and matrix.any():
            truth = np.log10(np.linalg.norm(matrix, 2) / SLIP.get(activation, 1.0) ** (t - k))
            assert sizes[t - 1, k - 1] == pytest.approx(truth, abs=1e-10)


def test_a_wrong_jacobian_would_be_noticed(stored):
    case, states, jacobians = stored["tanh", "pytorch"]
    spoilt = {pair: matrix.T for pair, matrix in jacobians.items()}
    with pytest.raises(AssertionError, match="differs by"):
        compare(case, states, spoilt)


def test_the_file_is_small():
    assert vectors.FILE.stat().st_size < 300_000
    assert np.load(vectors.FILE)["inputs"].dtype == np.float64
