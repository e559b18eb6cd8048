"""The networks against the stored PyTorch vectors; needs no PyTorch."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.nets import Derivative
from tests.oracle import vectors
from tests.oracle.cases import every_pair, pairs, place_of
from tests.oracle.comparison import SLIP, block, compare
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.norms.triangle import triangle


@pytest.fixture(scope="module")
def stored():
    return vectors.stored()


@pytest.fixture(scope="module")
def architectures():
    return vectors.stored_kinds()


@pytest.mark.parametrize("activation", vectors.stored_names("activations"))
@pytest.mark.parametrize("init", vectors.stored_names("initialisations"))
def test_every_pair_is_that_of_pytorch(stored, activation, init):
    case, answer = stored[activation, init]
    assert compare(case, answer)[1] == len(list(pairs(vectors.LENGTH))) + vectors.LENGTH


@pytest.mark.parametrize("architecture", [str(architecture) for architecture in vectors.ARCHITECTURES])
def test_every_part_of_every_layer_is_that_of_pytorch(architectures, architecture):
    case, answer = architectures[architecture]
    assert compare(case, answer)[1] == every_pair(case, vectors.SHORT)


@pytest.mark.parametrize("activation", vectors.stored_names("activations"))
def test_the_triangle_has_their_norms(stored, activation):
    case, answer = stored[activation, "he"]
    sizes = triangle(Derivative().chain(case.run()), square_grid(sample_steps(vectors.LENGTH, 256)), "spectral")
    for (t, k), matrix in answer.by_node["h", 1].items():
        if k and matrix.any():
            truth = np.log10(np.linalg.norm(matrix, 2) / SLIP.get(activation, 1.0) ** (t - k))
            assert sizes[t - 1, k - 1] == pytest.approx(truth, abs=1e-10)


@pytest.mark.parametrize("architecture", [str(architecture) for architecture in vectors.ARCHITECTURES])
@pytest.mark.parametrize(("norm", "order"), [("spectral", 2), ("frobenius", "fro")])
def test_the_triangle_of_every_part_has_their_norms(architectures, architecture, norm, order):
    case, answer = architectures[architecture]
    trace = case.run()
    for derivative in case.derivatives():
        sizes = triangle(derivative.chain(trace), square_grid(sample_steps(vectors.SHORT, 256)), norm)
        for (t, k), matrix in answer.by_node[place_of(derivative)].items():
            if k:
                with np.errstate(divide="ignore"):
                    truth = np.log10(np.linalg.norm(block(case, derivative, matrix), order))
                assert sizes[t - 1, k - 1] == truth or abs(sizes[t - 1, k - 1] - truth) < 1e-10, (derivative, t, k)


def test_a_wrong_jacobian_would_be_noticed(stored, architectures):
    case, answer = stored["tanh", "pytorch"]
    wrong = replace(answer, by_node={place: turned(each) for place, each in answer.by_node.items()})
    with pytest.raises(AssertionError, match="differs by"):
        compare(case, wrong)
    for architecture in vectors.ARCHITECTURES:
        case, answer = architectures[str(architecture)]
        for place, each in answer.by_node.items():
            slightly = {pair: 1.000001 * matrix for pair, matrix in each.items()}
            wrong = replace(answer, by_node={**answer.by_node, place: slightly})
            with pytest.raises(AssertionError, match="differs by"):
                compare(case, wrong)


def turned(matrices):
    return {pair: matrix.T if len(set(matrix.shape)) == 1 else matrix for pair, matrix in matrices.items()}


def test_the_file_is_small():
    assert vectors.FILE.stat().st_size < 300_000
    with np.load(vectors.FILE) as file:
        numbers = [value for name, value in file.items() if name not in ("activations", "initialisations")]
        assert all(value.dtype == np.float64 for value in numbers)


def test_a_new_activation_needs_no_vectors_and_a_renamed_one_is_noticed():
    assert set(vectors.stored_names("activations")) <= set(ACTIVATIONS)
    assert set(vectors.stored_names("initialisations")) <= set(INITIALISATIONS)
