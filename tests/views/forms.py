"""Whether JSON, CSV and NPZ of an answer hold the same cells."""

import numpy as np

from unrolled.views.contract.view import finite_rows


def assert_same_cells(result, names, payload=None):
    """Hold the matrices of `names` in the arrays against JSON, and the rows of the columns against the arrays.

    JSON has no number where there is none and where it is exactly zero; the files keep the two apart.
    """
    payload, arrays, columns = payload or result.payload(), result.arrays(), result.columns()
    cells = [(t, k) for t in payload["t"] for k in payload["k"] if k <= t]
    assert list(zip(columns["t"].tolist(), columns["k"].tolist(), strict=True)) == cells
    assert columns["lag"].tolist() == [t - k for t, k in cells]
    for steps in ("t", "k"):
        assert arrays[steps].tolist() == payload[steps]
    path = arrays["t"][:, None] >= arrays["k"]
    for name in names:
        matrix = arrays[name]
        assert matrix.shape == path.shape
        assert (matrix.tolist() if matrix.dtype == bool else finite_rows(matrix)) == payload[name]
        np.testing.assert_array_equal(np.asarray(columns[name], dtype=float), matrix[path].astype(float))
        assert np.isnan(matrix[~path].astype(float)).all() or not matrix[~path].any()
