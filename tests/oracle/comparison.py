"""Holds this project's numbers against somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.core.nets import Derivative
from tests.oracle.cases import Case, Place, place_of
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.product import product
from unrolled.core.networks.network import Trace

TOLERANCE = 1e-10
# PyTorch's backward of hardsigmoid holds one sixth as a float32, even in float64: every factor is this much too large.
SLIP = {"hardsigmoid": 6.0 * float(np.float32(1.0 / 6.0))}
# What is smaller than this has left the range in which float64 alone, the other side's, keeps its digits.
FLOOR = 1e-270


@dataclass(frozen=True)
class Answer:
    """The other side's forward pass and derivatives; a state is that of all layers, n = L·S numbers.

    Attributes
    ----------
    states : array of shape (T + 1, n)
        s_0 … s_T.
    by_node : mapping of a place to a mapping of (t, k) to array of shape (n, C)
        The total derivative ∂s_t/∂(place)_k of all layers' states with respect to one node, k ≤ t; k ≥ 1 of inputs.
    """

    states: Array
    by_node: Mapping[Place, Mapping[tuple[int, int], Array]]


def compare(case: Case, answer: Answer) -> tuple[float, int]:
    """Compare the forward pass and every derivative of every part of every layer.

    The distance of two matrices is ‖ours − theirs‖_F / ‖theirs‖_F: a single entry that almost cancels has no relative
    accuracy in either computation.

    Parameters
    ----------
    case : Case
        The network.
    answer : Answer
        The other side's numbers.

    Returns
    -------
    float
        The largest relative distance, to be reported.
    int
        How many derivatives were compared: what float64 cannot hold is left out.

    Raises
    ------
    AssertionError
        When one is beyond the tolerance.
    """
    trace = case.run()
    worst, count = _distance(states_of(trace), answer.states), 0
    assert worst <= TOLERANCE, f"states differ by {worst:.1e}"
    for derivative in case.derivatives():
        chain = derivative.chain(trace)
        for (t, k), joint in answer.by_node[place_of(derivative)].items():
            theirs = block(case, derivative, joint) / SLIP.get(case.architecture.activation, 1.0) ** _slopes(
                derivative, t - k
            )
            result = product(chain, t, k)
            if result.matrix.any() and result.log10_scale < np.log10(FLOOR):
                continue
            ours = result.matrix * 10.0**result.log10_scale if result.matrix.any() else result.matrix
            distance = _distance(ours, theirs)
            assert distance <= TOLERANCE, (
                f"∂{derivative.of}_{t}/∂{derivative.wrt}_{k} ({derivative}) differs by {distance:.1e}"
            )
            worst, count = max(worst, distance), count + 1
    return worst, count


def states_of(trace: Trace) -> Array:
    """Put the states of all layers side by side, shape (T + 1, n)."""
    return np.concatenate([layer.states for layer in trace.layers], axis=1)


def block(case: Case, derivative: Derivative, joint: Array) -> Array:
    """Cut one derivative out of that of all layers' states."""
    start, hidden = ((derivative.layer or 1) - 1) * case.state_size, case.hidden
    first, last = {"h": (0, hidden), "c": (hidden, 2 * hidden), "s": (0, case.state_size)}[derivative.of]
    return joint[start + first : start + last]


def _slopes(derivative: Derivative, lag: int) -> int:
    """Count the slopes on a path through a vanilla network: one a step, and one a layer that is entered."""
    return lag + (derivative.layer or 1) - (0 if derivative.wrt == "x" else derivative.origin or 1)


def _distance(ours: Array, theirs: Array) -> float:
    """Measure ‖ours − theirs‖_F / ‖theirs‖_F; an exact zero must be an exact zero."""
    assert np.isfinite(ours).all()
    largest = float(np.abs(theirs).max(initial=0.0))
    if largest == 0.0:
        return 0.0 if not ours.any() else np.inf
    # Scaled first: the squares of what is near the floor are no float64.
    return float(np.linalg.norm((ours - theirs) / largest) / np.linalg.norm(theirs / largest))
