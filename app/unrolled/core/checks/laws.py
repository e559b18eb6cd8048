"""Cheap self-checks: laws that every true answer obeys, measured on this very answer.

They look at a few random cells, so that they cost little at any length. The same query looks at the same cells.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.checks.finite_difference import finite_difference_error
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.jvp import jvp
from unrolled.core.jacobians.product import (
    ScaledMatrix,
    log10_norms,
    product,
    product_back,
    running_norms_back,
    step_norms,
)

CELLS = 3
# A path longer than this would cost more than the answer it checks.
REACH = 24
_LARGE, _VERY_LARGE, _PATH_WORK = 192, 512, 1e8
_TOLERANCE, _NUDGE_TOLERANCE = 1e-9, 1e-6


@dataclass(frozen=True)
class Check:
    """One law.

    Attributes
    ----------
    name : str
        Which law.
    value : float or None
        The largest violation met; None where there was nothing to hold against the law.
    tolerance : float
        How much is allowed.
    passed : bool
        Whether it held.
    statement : str
        The law and where it was looked at, in words.
    """

    name: str
    value: float | None
    tolerance: float
    passed: bool
    statement: str


def law_checks(chain: JacobianChain, per_step: float | None) -> tuple[Check, ...]:
    """Check the derivative itself on random products.

    Parameters
    ----------
    flow : JacobianChain
        The derivative's way.
    per_step : float or None
        γ σ_max of a vanilla RNN, where that bounds every step; None where no such constant exists.

    Returns
    -------
    tuple of Check
        ``composition``: P[t, k] = P[t, j] P[j, k], the late factor out of the Jacobians from its later end.
        ``adjoint``: ⟨u, P v⟩ = ⟨Pᵀu, v⟩, with Pᵀu by backpropagation and without any Jacobian. ``derivative``: P v is
        what a nudge of v does to the forward pass. These two also follow single directions through paths that would be
        too much to multiply out. ``bound``: no product is larger than its factors allow.
        ``norm order``: ‖P‖₂ ≤ ‖P‖_F ≤ √r ‖P‖₂.
    """
    rng = np.random.default_rng(chain.length)
    cells = list(_cells(chain, rng))
    whole = [product(chain, t, k) for t, k in cells]
    paths = [(t, k, found) for (t, k), found in zip(cells, whole, strict=True)]
    composition = _worst(_composition(chain, t, k, int(rng.integers(k, t + 1)), found) for t, k, found in paths)
    far = list(_far_cells(chain, rng))
    adjoint = _worst(
        [
            *(_adjoint(chain, t, k, found, rng) for t, k, found in paths),
            *(_adjoint_along(chain, t, k, rng) for t, k in far),
        ]
    )
    excess = [_excess(chain, t, k, found, per_step) for t, k, found in paths]
    nudge = finite_difference_error(chain, [*cells, *far], rng)
    return (
        _check("composition", composition, "P[t,k] = P[t,j] P[j,k], multiplied from either end"),
        _check("adjoint", adjoint, f"⟨u, P v⟩ = ⟨Pᵀu, v⟩, Pᵀu by backpropagation without any Jacobian{_span(far)}"),
        _nudged(nudge),
        _check("bound", _worst(each for each in excess if each is not None), _bound_words(per_step)),
        _check("norm order", _worst(_disorder(found) for found in whole), "‖P‖₂ ≤ ‖P‖_F ≤ √r ‖P‖₂"),
    )


def triangle_checks(chain: JacobianChain, grid: Grid, log10_norm: Array, norm: Norm) -> tuple[Check, ...]:
    """Check a picture: its diagonal, some cells multiplied from the other end, and all against each other.

    Parameters
    ----------
    flow : JacobianChain
        The derivative's way.
    grid : Grid
        The sampled rows and columns.
    log10_norm : array of shape (rows, columns)
        The picture.
    norm : {"spectral", "frobenius"}
        How it was measured.

    Returns
    -------
    tuple of Check
        ``cells``, and for a whole state ``diagonal`` and ``submultiplicative``.
    """
    rng = np.random.default_rng(len(grid.t) + chain.length)
    cells = _worst(_cell_distance(chain, grid, log10_norm, norm, rng) for _ in range(CELLS))
    made = [_check("cells", cells, f"{CELLS} random cells of the picture, multiplied again from the other end")]
    if chain.is_full_state and np.array_equal(grid.t, grid.k):
        root = 0.5 * float(np.log10(chain.state_size)) if norm == "frobenius" else 0.0
        made.append(_check("diagonal", float(np.abs(np.diagonal(log10_norm) - root).max()), "P[t,t] = I"))
        made.append(_check("submultiplicative", _above(log10_norm, rng), "‖P[t,k]‖ ≤ ‖P[t,j]‖ ‖P[j,k]‖ in every cell"))
    return tuple(made)


def _check(name: str, value: float, says: str, tolerance: float = _TOLERANCE) -> Check:
    """Judge one violation; a NaN does not pass."""
    return Check(name, value, tolerance, bool(value <= tolerance), says)


def _worst(found: Iterable[float]) -> float:
    """Give the largest of some violations, at least 0; a NaN among them stays."""
    return float(np.max([0.0, *found]))


def _nudged(distance: float | None) -> Check:
    says = "P v against a central difference of the forward pass along v; where P is zero nothing may arrive"
    if distance is None:
        return Check(
            "derivative", None, _NUDGE_TOLERANCE, True, f"{says}: rounding or kinks hide it at every cell tried"
        )
    return _check("derivative", distance, says, _NUDGE_TOLERANCE)


def _bound_words(per_step: float | None) -> str:
    return "‖P[t,k]‖₂ ≤ (γ σ_max)^(t−k)" if per_step is not None else "‖P[t,k]‖₂ ≤ ∏ ‖J_j‖₂ over the factors"


def _span(far: list[tuple[int, int]]) -> str:
    """Say over how many steps single directions were followed."""
    return f", along single directions over up to {max(t - k for t, k in far)} steps" if far else ""


def _reach(chain: JacobianChain) -> int:
    """Give how many steps are multiplied out: of a very large state one is work enough."""
    return max(2, min(REACH, int(_PATH_WORK / chain.state_size**3)))


def _cells(chain: JacobianChain, rng: Generator) -> Iterator[tuple[int, int]]:
    """Choose some products, one of them a single step."""
    for index in range(CELLS if chain.state_size <= _VERY_LARGE else 1):
        t = int(rng.integers(min(2, chain.length), chain.length + 1))
        lag = min(t - 1, 1 if index == 0 else int(rng.integers(1, _reach(chain))))
        yield t, t - lag


def _far_cells(chain: JacobianChain, rng: Generator) -> Iterator[tuple[int, int]]:
    """Choose paths that are followed along single directions, where products of so many factors are too much."""
    if _reach(chain) < REACH:
        for _ in range(CELLS - 1):
            t = int(rng.integers(min(REACH + 1, chain.length), chain.length + 1))
            yield t, max(1, t - REACH)


def _composition(chain: JacobianChain, t: int, k: int, j: int, whole: ScaledMatrix) -> float:
    """Compare P[t, k] with P[t, j] P[j, k], as a share of the two factors."""
    early = product(replace(chain, rows=slice(0, chain.state_size), readout=None), j, k)
    late = product_back(chain, t, j)
    factors = late.log10_scale + early.log10_scale
    if factors == -np.inf:
        return 0.0 if whole.log10_scale == -np.inf else np.inf
    scale = 10.0 ** np.clip(whole.log10_scale - factors, -300.0, 300.0)
    return float(np.linalg.norm(late.matrix @ early.matrix - whole.matrix * scale))


def _adjoint(chain: JacobianChain, t: int, k: int, found: ScaledMatrix, rng: Generator) -> float:
    """Compare ⟨u, P v⟩ with ⟨Pᵀu, v⟩, as a share of |u| ‖P‖ |v|."""
    u, v = rng.standard_normal(chain.height), rng.standard_normal(chain.width)
    theirs = _pulled_back(chain, t, k, u, found.log10_scale) @ v
    return float(abs(u @ found.matrix @ v - theirs) / (np.linalg.norm(u) * np.linalg.norm(v)))


def _adjoint_along(chain: JacobianChain, t: int, k: int, rng: Generator) -> float:
    """Do the same without multiplying P out, as a share of |u| |P v|."""
    u, v = rng.standard_normal(chain.height), rng.standard_normal(chain.width)
    arrived, scale = jvp(chain, t, k, v)
    theirs = _pulled_back(chain, t, k, u, scale) @ v
    return float(abs(u @ arrived - theirs) / np.linalg.norm(u))


def _pulled_back(chain: JacobianChain, t: int, k: int, u: Array, log10_scale: float) -> Array:
    """Give Pᵀu · 10^−scale by backpropagation; of a scale of zero, Pᵀu by a power of two."""
    gradient, exponent = u @ chain.selector, 0
    # The last step back also gives what enters there; a derivative to x takes that instead of the state.
    for step in range(t, k, -1):
        gradient, _ = chain.vjp(step, gradient)
        scaled, power = rescale(gradient[None, None])
        gradient, exponent = scaled[0, 0], exponent + int(power[0])
    back = chain.vjp(k, gradient)[1] if chain.columns is None else gradient[chain.columns]
    if log10_scale == -np.inf:
        return back
    return np.asarray(back * 2.0 ** np.clip(exponent - log10_scale / LOG10_2, -1000, 1000))


def _excess(chain: JacobianChain, t: int, k: int, found: ScaledMatrix, per_step: float | None) -> float | None:
    """Measure by how many decades a product is larger than its factors allow; None for what has no such bound."""
    if chain.columns is None:
        return None
    spectral = float(log10_norms(found.matrix[None], "spectral")[0]) + found.log10_scale
    if not np.isfinite(spectral):
        return None
    if t == k:
        return spectral
    if per_step is None or len(chain.layers) > 1:
        # Of a large state the Frobenius norm bounds a step as well, a little less tightly.
        by: Norm = "spectral" if chain.state_size <= _LARGE else "frobenius"
        return spectral - float(step_norms(chain, np.arange(k + 1, t + 1), by).sum())
    return spectral - (t - k) * float(np.log10(per_step)) if per_step else np.inf


def _disorder(found: ScaledMatrix) -> float:
    """Measure by how many decades the order of the norms is broken."""
    if not found.matrix.any():
        return 0.0
    spectral, frobenius = (float(log10_norms(found.matrix[None], name)[0]) for name in ("spectral", "frobenius"))
    return max(0.0, spectral - frobenius, frobenius - spectral - 0.5 * float(np.log10(min(found.matrix.shape))))


def _cell_distance(chain: JacobianChain, grid: Grid, log10_norm: Array, norm: Norm, rng: Generator) -> float:
    """Multiply one random cell of the picture from the later end, and compare."""
    row = int(rng.integers(0, len(grid.t)))
    near = np.flatnonzero((grid.k <= grid.t[row]) & (grid.k >= grid.t[row] - max(REACH, grid.stride)))
    if not near.size:
        return 0.0
    column = int(rng.choice(near))
    again = float(running_norms_back(chain, int(grid.t[row]), grid.k[column : column + 1], norm)[0])
    here = float(log10_norm[row, column])
    return 0.0 if again == here else abs(again - here)


def _above(log10_norm: Array, rng: Generator) -> float:
    """Measure by how many decades a cell exceeds the product of two cells that meet at a random step."""
    found = []
    for middle in rng.integers(0, len(log10_norm), CELLS):
        two = log10_norm[middle:, middle, None] + log10_norm[None, middle, : middle + 1]
        one = log10_norm[middle:, : middle + 1]
        with np.errstate(invalid="ignore"):
            found.append(float(np.max(np.where(one == -np.inf, -np.inf, one - two))))
    return _worst(found)
