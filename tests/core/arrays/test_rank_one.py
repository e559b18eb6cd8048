"""Norms of matrices that differ by an outer product, against decomposing each of them."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from unrolled.core.arrays.rank_one import rank_one_norms
from unrolled.core.arrays.types import Norm

ORDERS: Mapping[Norm, int | None] = {"spectral": 2, "frobenius": None}
CLUSTERED, POOR, NONE = "clustered", "poor", "none"


def agree(matrix, left, right):
    updated = matrix + left[:, :, None] * right
    for norm, order in ORDERS.items():
        norms = 10.0 ** rank_one_norms(matrix, left, right, norm)
        np.testing.assert_allclose(norms, np.linalg.norm(updated, order, axis=(1, 2)), rtol=3e-13)


@settings(max_examples=examples(200))
@given(
    st.integers(1, 8), st.integers(1, 8), st.sampled_from(["full", CLUSTERED, POOR, NONE]),
    st.integers(-8, 8), st.integers(-8, 8), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_every_norm_is_that_of_the_matrix(rows, columns, kind, scale, turn, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((rows, columns))
    if kind == CLUSTERED:
        matrix = np.linalg.qr(rng.standard_normal((9, 9)))[0][:rows, :columns]
    elif kind == POOR:
        matrix = np.outer(matrix[:, 0], matrix[0])
    elif kind == NONE:
        matrix[:] = 0.0
    agree(matrix, 10.0**scale * rng.standard_normal((6, rows)), 10.0**turn * rng.standard_normal(columns))


@pytest.mark.parametrize("sign", [1.0, -1.0, 0.0])
def test_directions_along_an_axis_and_none(sign):
    rng = np.random.default_rng(0)
    agree(np.eye(4), rng.standard_normal((5, 4)), np.array([sign, 0.0, 0.0, 0.0]))


def test_what_cancels_the_largest_direction_leaves_the_next():
    matrix = np.diag([5.0, 3.0, 1.0])
    agree(matrix, np.array([[-5.0, 0.0, 0.0], [-4.999999, 0.0, 0.0], [1e-9, 0.0, 0.0]]), np.array([1.0, 0.0, 0.0]))


def test_nothing_has_no_size():
    assert rank_one_norms(np.zeros((3, 3)), np.zeros((2, 3)), np.ones(3), "spectral").tolist() == [-np.inf] * 2
