"""A derivative against a central difference of the forward pass.

A central difference has a floor: what arrives must stand clear of the rounding of the state it is added to. Below that
it says nothing, and shorter products are tried instead (10⁻⁵ steps are a third wrong at 6·10⁻¹² and blind below 10⁻¹⁵).
Where P is exactly zero, or too small to show, the law is that nothing shows either.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import directional_derivative
from unrolled.core.networks.layer import LayerTrace

# Two differences that disagree by more than this share say nothing: rounding or curvature has the better of them.
_UNSURE = 3e-7
# Decades within which an arriving perturbation can be measured.
_VISIBLE = 8.0
_STEP = 1e-4
_ROUNDING = 1e-15
_LAGS = (8, 2, 1, 1)


def finite_difference_error(chain: JacobianChain, cells: Sequence[tuple[int, int]], rng: Generator) -> float | None:
    """Compare P v with a central difference of the forward pass along random directions v, at some cells (t, k).

    Gives the largest distance, relative to ‖P v‖, or to ‖v‖ where nothing may arrive; None where rounding or kinks hide
    it at every cell. Only the last few steps before t are used.
    """
    distances = []
    for t, k in cells:
        for lag in _LAGS:
            result = _distance(chain, t, t - min(t - k, lag), rng.standard_normal(chain.width))
            if result is not None:
                distance, is_visible = result
                distances.append(distance)
                if is_visible:
                    break
    return max(distances) if distances else None


def _distance(chain: JacobianChain, t: int, k: int, v: Array) -> tuple[float, bool] | None:
    """Compare along one direction, and tell whether anything arrives; None where that cannot be told."""
    direction, scale = directional_derivative(chain, t, k, v)
    expected = direction * 10.0**scale if abs(scale) < _VISIBLE else np.zeros_like(direction)
    size = float(np.linalg.norm(expected))
    is_visible = size > 0.0
    if not is_visible and not scale <= -_VISIBLE:
        return None
    # What must stay within is a share of what arrives, or of the perturbation where nothing may.
    unit = size if is_visible else float(np.linalg.norm(v))
    largest_input = float(np.abs(chain.inputs[max(k - 1, 0) : t]).max(initial=0.0))
    before, after = (max(largest_input, float(np.abs(chain.state(step)).max())) for step in (k, t))
    # What rounding alone may do: of the perturbed state, multiplied on, and of the state that arrives.
    rounding = _ROUNDING * max(before, after / unit)
    estimates = [
        estimate
        for step in (_STEP, _STEP / 10)
        if rounding <= _UNSURE * step and (estimate := _extrapolated(chain, t, k, v, step)) is not None
    ]
    unsure, best = min(estimates, key=lambda estimate: estimate[0], default=(np.inf, expected))
    return (float(np.linalg.norm(best - expected)) / unit, is_visible) if unsure <= _UNSURE * unit else None


def _extrapolated(chain: JacobianChain, t: int, k: int, v: Array, step: float) -> tuple[float, Array] | None:
    """Take two central differences: how far they are apart, and Richardson's value; their error is quadratic in ε."""
    wide, near = _difference(chain, t, k, v, step), _difference(chain, t, k, v, step / 2)
    if wide is None or near is None:
        return None
    return float(np.linalg.norm(near - wide)), (4.0 * near - wide) / 3.0


def _difference(chain: JacobianChain, t: int, k: int, v: Array, step: float) -> Array | None:
    """Take (s_t(+) − s_t(−)) / 2ε of the part that ``of`` names; None when a unit lies on different sides of a kink."""
    ends = [_rerun(chain, t, k, sign * step * v) for sign in (1.0, -1.0)]
    if not all(same_pieces(*pair) for pair in zip(*ends, strict=True)):
        return None
    plus, minus = (chain.select(np.concatenate([layer.states[-1] for layer in end])) for end in ends)
    return (plus - minus) / (2.0 * step)


def _rerun(chain: JacobianChain, t: int, k: int, perturbation: Array) -> list[LayerTrace]:
    """Run all layers from step k, perturbed, to step t; what is computed from ``wrt`` at step k too."""
    if chain.columns is None:
        inputs = chain.inputs[k - 1 : t].copy()
        inputs[0] += perturbation
        return list(chain.rerun(k - 1, chain.state(k - 1), inputs).layers)
    if chain.is_held or chain.width == chain.state_size:
        state = chain.state(k)
        state[chain.columns] += perturbation
        return list(chain.rerun(k, state, chain.inputs[k:t]).layers)
    lowest = chain.layers[0]
    layers = [lowest.rerun(chain.inputs[k:t], lowest.changed(k, chain.columns, perturbation))]
    for layer in chain.layers[1:]:
        # Those above read the changed output at step k already.
        below = layers[-1].h if len(layers) == 1 else layers[-1].h[1:]
        layers.append(layer.rerun(below, layer.states[k - 1]))
    return layers


def same_pieces(plus: LayerTrace, minus: LayerTrace) -> bool:
    """Tell whether no unit of a piecewise activation changed its piece; smooth ones have none."""
    return np.array_equal(plus.pieces, minus.pieces)
