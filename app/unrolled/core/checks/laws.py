"""Cheap self-checks: laws that every true answer obeys, measured on this very answer.

They look at a few cells, some of them at the ends, so that they cost little at any length. The same query looks at the
same cells.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.checks.finite_difference import finite_difference_error
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import (
    ScaledMatrix,
    jvp,
    log10_norms,
    product,
    product_back,
    running_norms_back,
    scaled_norms,
    step_norms,
)

CELLS = 3
# So many rows of a picture are multiplied again, all but the last over a fraction of its reach.
ROWS, OTHERS, _LONGEST_ROW, _ROW_WORK = 5, 8, 512, 1e8
# A path longer than this would cost more than the answer it checks.
REACH = 24
_LARGE, _VERY_LARGE, _PATH_WORK = 192, 512, 1e8
_TOLERANCE, _DIFFERENCE_TOLERANCE = 1e-9, 1e-6


@dataclass(frozen=True)
class Check:
    """One law, stated in words, and its largest violation; None where there was nothing to hold against the law."""

    name: str
    value: float | None
    tolerance: float
    passed: bool
    statement: str

    @classmethod
    def of(cls, name: str, value: float | None, statement: str, tolerance: float = _TOLERANCE) -> "Check":
        """Judge one violation: a NaN does not pass, nothing to hold against the law does."""
        return cls(name, value, tolerance, value is None or bool(value <= tolerance), statement)


def law_checks(chain: JacobianChain, per_step: float | None) -> tuple[Check, ...]:
    """Check the derivative itself on random products.

    ``composition``: P[t, k] = P[t, j] P[j, k], the late factor out of the Jacobians from its later end.
    ``adjoint``: ⟨u, P v⟩ = ⟨Pᵀu, v⟩, with Pᵀu by backpropagation and without any Jacobian. ``derivative``: P v is a
    central difference of the forward pass along v. These two also follow single directions through paths that would be
    too much to multiply out. ``bound``: no product is larger than its factors allow, or than `per_step`, γ σ_max of a
    vanilla RNN, to the power of its steps. ``norm order``: ‖P‖₂ ≤ ‖P‖_F ≤ √r ‖P‖₂.
    """
    rng = np.random.default_rng(chain.length)
    cells = list(law_cells(chain.length, chain.state_size, rng))
    paths = [(t, k, product(chain, t, k)) for t, k in cells]
    composition = _worst(_composition(chain, t, k, int(rng.integers(k, t + 1)), p) for t, k, p in paths)
    far = list(_far_cells(chain, rng))
    adjoint = _worst(
        [
            *(_adjoint(chain, t, k, p, rng) for t, k, p in paths),
            *(_adjoint_along(chain, t, k, rng) for t, k in far),
        ]
    )
    excess = [_excess(chain, t, k, p, per_step) for t, k, p in paths]
    difference = finite_difference_error(chain, [*cells, *far], rng)
    by_backpropagation = f"⟨u, P v⟩ = ⟨Pᵀu, v⟩, Pᵀu by backpropagation without any Jacobian{_span(far)}"
    return (
        Check.of("composition", composition, "P[t,k] = P[t,j] P[j,k], multiplied from either end"),
        Check.of("adjoint", adjoint, by_backpropagation),
        _difference_check(difference),
        Check.of("bound", _worst(decades for decades in excess if decades is not None), _bound_statement(per_step)),
        Check.of("norm order", _worst(_disorder(p) for *_, p in paths), "‖P‖₂ ≤ ‖P‖_F ≤ √r ‖P‖₂"),
    )


def triangle_checks(chain: JacobianChain, grid: Grid, log10_norm: Array, norm: Norm) -> tuple[Check, ...]:
    """Check a triangle of norms, shape (rows, columns).

    ``cells``: the last row, the first one and some between, multiplied again from the other end as far as that is
    little work. For a full state also ``diagonal`` and ``submultiplicative``.
    """
    rng = np.random.default_rng(len(grid.t) + chain.length)
    checks = [_rows_check(chain, grid, log10_norm, norm, rng)]
    if chain.is_full_state and np.array_equal(grid.t, grid.k):
        root = 0.5 * float(np.log10(chain.state_size)) if norm == "frobenius" else 0.0
        diagonal = float(np.abs(np.diagonal(log10_norm) - root).max())
        excess = _submultiplicative_excess(log10_norm, rng)
        everywhere = "‖P[t,k]‖ ≤ ‖P[t,j]‖ ‖P[j,k]‖ in every cell"
        checks.append(Check.of("diagonal", diagonal, "P[t,t] = I"))
        checks.append(Check.of("submultiplicative", excess, everywhere))
    return tuple(checks)


def _rows_check(chain: JacobianChain, grid: Grid, log10_norm: Array, norm: Norm, rng: Generator) -> Check:
    """Multiply rows of a triangle again from their later end: the last one far, the others for some steps."""
    last, far, distances, count = len(grid.t) - 1, row_reach(chain.height, chain.state_size), [], 0
    rows = [last, 0, *rng.integers(0, last + 1, ROWS - 2).tolist()]
    for index, row in enumerate(dict.fromkeys(rows)):
        t, reach = int(grid.t[row]), far if index == 0 else max(grid.stride, far // OTHERS)
        columns = np.flatnonzero((grid.k <= t) & (grid.k >= t - reach))
        if columns.size:
            again = running_norms_back(chain, t, grid.k[columns], norm)
            distances += [apart(*pair) for pair in zip(again, log10_norm[row, columns], strict=True)]
            count += len(columns)
    if not distances:
        return Check.of("cells", None, "rows of the picture, multiplied again: none of them has a short path")
    statement = (
        f"{count} cells of {len(dict.fromkeys(rows))} rows, the last one over up to {far} steps, multiplied again"
    )
    return Check.of("cells", _worst(distances), f"{statement} from the other end")


def row_reach(height: int, state_size: int) -> int:
    """Give over how many steps the last row is multiplied again: of a large state fewer."""
    return int(np.clip(_ROW_WORK / (2.0 * height * state_size**2), REACH, _LONGEST_ROW))


def _worst(violations: Iterable[float]) -> float:
    """Give the largest violation, at least 0; a NaN among them stays."""
    return float(np.max([0.0, *violations]))


def _difference_check(distance: float | None) -> Check:
    statement = "P v against a central difference of the forward pass along v; where P is zero nothing may arrive"
    hidden = f"{statement}: rounding or kinks hide it at every cell tried"
    return Check.of("derivative", distance, hidden if distance is None else statement, _DIFFERENCE_TOLERANCE)


def _bound_statement(per_step: float | None) -> str:
    return "‖P[t,k]‖₂ ≤ (γ σ_max)^(t−k)" if per_step is not None else "‖P[t,k]‖₂ ≤ ∏ ‖J_j‖₂ over the factors"


def _span(far: list[tuple[int, int]]) -> str:
    """Tell over how many steps single directions were followed."""
    return f", along single directions over up to {max(t - k for t, k in far)} steps" if far else ""


def path_reach(state_size: int) -> int:
    """Give how many steps are multiplied out: of a very large state one is work enough."""
    return max(2, min(REACH, int(_PATH_WORK / state_size**3)))


def law_cells(length: int, state_size: int, rng: Generator) -> Iterator[tuple[int, int]]:
    """Choose the products of T steps that are multiplied out, one of them a single step."""
    for index in range(CELLS if state_size <= _VERY_LARGE else 1):
        t = int(rng.integers(min(2, length), length + 1))
        lag = min(t - 1, 1 if index == 0 else int(rng.integers(1, path_reach(state_size))))
        yield t, t - lag


def _far_cells(chain: JacobianChain, rng: Generator) -> Iterator[tuple[int, int]]:
    """Choose paths that are followed along single directions, where products of so many factors are too much."""
    if path_reach(chain.state_size) < REACH:
        for _ in range(CELLS - 1):
            t = int(rng.integers(min(REACH + 1, chain.length), chain.length + 1))
            yield t, max(1, t - REACH)


def _composition(chain: JacobianChain, t: int, k: int, j: int, p: ScaledMatrix) -> float:
    """Compare P[t, k] with P[t, j] P[j, k], as a share of the two factors."""
    early = product(replace(chain, rows=slice(0, chain.state_size), readout=None), j, k)
    late = product_back(chain, t, j)
    factors = late.log10_scale + early.log10_scale
    if factors == -np.inf:
        return 0.0 if p.log10_scale == -np.inf else np.inf
    scale = 10.0 ** np.clip(p.log10_scale - factors, -300.0, 300.0)
    return float(np.linalg.norm(late.matrix @ early.matrix - p.matrix * scale))


def _adjoint(chain: JacobianChain, t: int, k: int, p: ScaledMatrix, rng: Generator) -> float:
    """Compare ⟨u, P v⟩ with ⟨Pᵀu, v⟩, as a share of |u| ‖P‖ |v|."""
    u, v = rng.standard_normal(chain.height), rng.standard_normal(chain.width)
    by_backpropagation = _vjp(chain, t, k, u, p.log10_scale) @ v
    return float(abs(u @ p.matrix @ v - by_backpropagation) / (np.linalg.norm(u) * np.linalg.norm(v)))


def _adjoint_along(chain: JacobianChain, t: int, k: int, rng: Generator) -> float:
    """Do the same without multiplying P out, as a share of |u| |P v|."""
    u, v = rng.standard_normal(chain.height), rng.standard_normal(chain.width)
    forward, scale = jvp(chain, t, k, v)
    by_backpropagation = _vjp(chain, t, k, u, scale) @ v
    return float(abs(u @ forward - by_backpropagation) / np.linalg.norm(u))


def _vjp(chain: JacobianChain, t: int, k: int, u: Array, log10_scale: float) -> Array:
    """Give Pᵀu · 10^−scale by backpropagation; of a scale of zero, Pᵀu by a power of two."""
    gradient, exponent = u @ chain.selector, 0
    for step in range(t, k, -1):
        gradient, _ = chain.vjp(step, gradient)
        scaled, power = rescale(gradient[None, None])
        gradient, exponent = scaled[0, 0], exponent + int(power[0])
    result = chain.initial_vjp(k, gradient)
    if log10_scale == -np.inf:
        return result
    return np.asarray(result * 2.0 ** np.clip(exponent - log10_scale / LOG10_2, -1000, 1000))


def _excess(chain: JacobianChain, t: int, k: int, p: ScaledMatrix, per_step: float | None) -> float | None:
    """Measure by how many decades a product is larger than its factors allow; None for what has no such bound."""
    if chain.columns is None:
        return None
    spectral = float(log10_norms(p.matrix[None], "spectral")[0]) + p.log10_scale
    if not np.isfinite(spectral):
        return None
    spectral -= _end_norms(chain, k)
    if t == k:
        return spectral
    if per_step is None or len(chain.layers) > 1:
        # Of a large state the Frobenius norm bounds a step as well, a little less tightly.
        bound_norm: Norm = "spectral" if chain.state_size <= _LARGE else "frobenius"
        return spectral - float(step_norms(chain, np.arange(k + 1, t + 1), bound_norm).sum())
    return spectral - (t - k) * float(np.log10(per_step)) if per_step else np.inf


def _end_norms(chain: JacobianChain, k: int) -> float:
    """Measure the first factor, 1 where nothing moves along with ``wrt``, and the readout."""
    ends = [] if chain.is_block else [chain.initial(np.array([k]))]
    ends += [] if chain.readout is None else [chain.readout[None]]
    return sum(float(scaled_norms(end, np.zeros(1, dtype=np.int64), "spectral")[0]) for end in ends)


def _disorder(p: ScaledMatrix) -> float:
    """Measure by how many decades the order of the norms is broken."""
    if not p.matrix.any():
        return 0.0
    spectral, frobenius = (float(log10_norms(p.matrix[None], name)[0]) for name in ("spectral", "frobenius"))
    return max(0.0, spectral - frobenius, frobenius - spectral - 0.5 * float(np.log10(min(p.matrix.shape))))


def cells_check(grid: Grid, statement: str, distance: Callable[[int, int], float], rng: Generator) -> Check:
    """Check a few random cells (row, column) whose paths are short by their distances from what they should be."""
    lags = grid.t[:, None] - grid.k
    is_near = (lags >= 0) & (lags <= max(REACH, grid.stride))
    rows = np.flatnonzero(is_near.any(axis=1))
    if not rows.size:
        return Check.of("cells", None, f"{statement}: none of them has a short path")
    distances = []
    for _ in range(CELLS):
        row = int(rows[rng.integers(0, len(rows))])
        distances.append(distance(row, int(rng.choice(np.flatnonzero(is_near[row])))))
    return Check.of("cells", _worst(distances), f"{CELLS} {statement}")


def apart(one: float, other: float) -> float:
    """Measure the distance of two logarithms; 0 between −inf and −inf."""
    return 0.0 if one == other else abs(one - other)


def _submultiplicative_excess(log10_norm: Array, rng: Generator) -> float:
    """Measure by how many decades a cell exceeds the product of two cells with a random step in common."""
    excess = []
    for middle in rng.integers(0, len(log10_norm), CELLS):
        bound = log10_norm[middle:, middle, None] + log10_norm[None, middle, : middle + 1]
        cells = log10_norm[middle:, : middle + 1]
        with np.errstate(invalid="ignore"):
            excess.append(float(np.max(np.where(cells == -np.inf, -np.inf, cells - bound))))
    return _worst(excess)
