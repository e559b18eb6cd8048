"""Holds this project's numbers against somebody else's."""

from collections.abc import Mapping

import numpy as np

from app.core.arrays import Array
from app.core.product import product
from tests.oracle.cases import Case

TOLERANCE = 1e-10
# PyTorch's backward of hardsigmoid holds one sixth as a float32, even in float64: every factor is this much too large.
SLIP = {"hardsigmoid": 6.0 * float(np.float32(1.0 / 6.0))}


def compare(case: Case, states: Array, jacobians: Mapping[tuple[int, int], Array]) -> float:
    """Compare the forward pass and every given ∂h_t/∂h_k.

    The distance of two matrices is ‖ours − theirs‖_F / ‖theirs‖_F: a single entry that almost cancels has no relative
    accuracy in either computation.

    Parameters
    ----------
    case : Case
        The network.
    states : array of shape (T + 1, H)
        The other side's h_0 … h_T.
    jacobians : mapping of (t, k) to array of shape (H, H)
        The other side's ∂h_t/∂h_k.

    Returns
    -------
    float
        The largest relative distance met, to be reported.

    Raises
    ------
    AssertionError
        When one is beyond the tolerance.
    """
    trace = case.run()
    slip = SLIP.get(case.activation, 1.0)
    worst = _distance(trace.h, states)
    assert worst <= TOLERANCE, f"states differ by {worst:.1e}"
    for (t, k), theirs in jacobians.items():
        found = product(trace, t, k)
        distance = _distance(found.matrix * 10.0**found.log10_scale, theirs / slip ** (t - k))
        assert distance <= TOLERANCE, f"∂h_{t}/∂h_{k} differs by {distance:.1e}"
        worst = max(worst, distance)
    return worst


def _distance(ours: Array, theirs: Array) -> float:
    """Measure ‖ours − theirs‖_F / ‖theirs‖_F; an exact zero must be met exactly."""
    assert np.isfinite(ours).all()
    size = float(np.linalg.norm(theirs))
    if size == 0.0:
        return 0.0 if not ours.any() else np.inf
    return float(np.linalg.norm(ours - theirs)) / size
