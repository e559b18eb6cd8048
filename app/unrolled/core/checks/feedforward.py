"""Self-checks of a model without recurrence: its Jacobians against its own forward pass on perturbed inputs.

One perturbation moves many inputs at once, along a random direction: what arrives at o_t is then a sum over a whole row
of the triangle. Another moves a single input, and what arrives is followed over the rows: nothing before it, nothing
beyond the reach. The same model on the same inputs is perturbed in the same way.
"""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.jacobians.product import scaled_norms
from unrolled.errors import Overflow

# More steps than this would cost more than the answer that is checked.
MAX_STEPS = 1024
_ROWS, _SPREAD, _NEAR = 3, 32, 8
_STEPS = (1e-4, 1e-5, 1e-3)
_TOLERANCE, _EXACT = 1e-6, 1e-9
_NORMS: tuple[Norm, Norm] = ("spectral", "frobenius")
# Two differences that disagree by more than this share say nothing: rounding or curvature has the better of them.
_UNSURE, _ROUNDING = 3e-7, 1e-15
# What arrives of a perturbation and is a smaller share of it cannot be measured; it counts as nothing.
_VISIBLE = 1e-8


def direct_checks(trace: DirectTrace) -> tuple[Check, ...]:
    """Check the Jacobians of a forward pass.

    ``derivative``: Σ_k ∂o_t/∂x_k v_k is a central difference of o_t along v. ``causality``: no o_t sees a later input.
    ``reach``: none sees an input beyond the window, for models that have one. ``cells``: a row's norms are those of its
    matrices decomposed one by one. ``norm order``: ‖J‖₂ ≤ ‖J‖_F ≤ √r ‖J‖₂.
    """
    rng = np.random.default_rng(len(trace.inputs))
    short = trace.rerun(trace.inputs[:MAX_STEPS])
    length = len(short.inputs)
    rows = np.unique(np.append(rng.integers(1, length + 1, _ROWS - 1), length))
    many, single = _many_steps(rows, rng), _single_step(short, rng)
    along_many, along_single = (
        (steps, rng.standard_normal((len(steps), trace.inputs.shape[1]))) for steps in (many, single)
    )
    distances = [
        *_distances(short, *along_many, rows),
        *_distances(short, *along_single, _rows_after(short, single, rng)),
    ]
    within = f" within the first {length} steps" if length < len(trace.inputs) else ""
    unchanged, early = f"a nudge of x_{single[0]} changes no output", _change_before(short, *along_single)
    statement = (
        f"Σ_k ∂o_t/∂x_k v_k against a central difference of the forward pass along v, over {len(rows)} rows and "
        f"along column {single[0]}{within}; where it is zero nothing may arrive"
    )
    checks = [
        _check("derivative", _worst(distances), _TOLERANCE, statement),
        _check("causality", early, 0.0, f"{unchanged} before it"),
    ]
    if short.reach is not None:
        statement = f"{unchanged} more than {short.reach} steps later, and there ∂o_t/∂x_k = 0"
        checks.append(_check("reach", _change_beyond_reach(short, *along_single), 0.0, statement))
    cells = [(int(t), many[many <= t]) for t in rows]
    misread, disorder = (_worst([law(short, *row) for row in cells]) for law in (_norm_error, _disorder))
    return (
        *checks,
        _check("cells", misread, _EXACT, "norms of a row against matrices decomposed one by one"),
        _check("norm order", disorder, _EXACT, "‖J‖₂ ≤ ‖J‖_F ≤ √r ‖J‖₂"),
    )


def _check(name: str, value: float | None, tolerance: float, statement: str) -> Check:
    """Judge one violation; None is nothing to judge."""
    empty = f"{statement}: there was nothing to hold against that"
    return Check.of(name, value, empty if value is None else statement, tolerance)


def _worst(violations: list[float]) -> float | None:
    """Give the largest violation; a NaN among them stays."""
    return float(np.max(violations)) if violations else None


def _many_steps(rows: Steps, rng: np.random.Generator) -> Steps:
    """Choose the steps that are perturbed together: some anywhere, and the last few before each row."""
    near = np.concatenate([np.arange(max(1, t - _NEAR + 1), t + 1) for t in rows.tolist()])
    return np.union1d(near, rng.integers(1, rows[-1] + 1, _SPREAD))


def _single_step(trace: DirectTrace, rng: np.random.Generator) -> Steps:
    """Choose a step that has outputs before it and, where there is room, outputs beyond its reach."""
    length = len(trace.inputs)
    last = length if trace.reach is None or length - trace.reach - 1 < 2 else length - trace.reach - 1
    return rng.integers(min(2, last), last + 1, 1)


def _rows_after(trace: DirectTrace, single: Steps, rng: np.random.Generator) -> Steps:
    """Choose rows after a single step: the same, the next, the last that it reaches, the one beyond, and another."""
    first, length = int(single[0]), len(trace.inputs)
    far = length - first if trace.reach is None else trace.reach
    rows = np.array([first, first + 1, first + far, first + far + 1, int(rng.integers(first, length + 1))])
    return np.unique(rows[rows <= length])


def _distances(trace: DirectTrace, steps: Steps, direction: Array, rows: Steps) -> Iterator[float]:
    """Compare what should arrive at some rows with what does; nothing for a row where rounding or kinks hide it."""
    expected = np.array([_directional_derivative(trace, int(t), steps, direction) for t in rows])
    sizes, length = np.linalg.norm(expected, axis=1), float(np.linalg.norm(direction))
    is_visible = sizes > _VISIBLE * length
    # What must stay within is a share of what arrives, or of the perturbation where nothing may.
    units = np.where(is_visible, sizes, length)
    expected[~is_visible] = 0.0
    best, doubt = np.zeros_like(expected), np.full(len(rows), np.inf)
    for step in _STEPS:
        estimate = _extrapolated(trace, steps, step * direction, rows)
        if estimate is not None:
            values, apart, magnitude = estimate
            apart = np.where(_ROUNDING * magnitude <= _UNSURE * step * units, apart / step, np.inf)
            better = apart < doubt
            best[better], doubt[better] = values[better] / step, apart[better]
        if (doubt <= _UNSURE * units).all():
            break
    sure = doubt <= _UNSURE * units
    yield from (np.linalg.norm(best - expected, axis=1) / units)[sure].tolist()
    # A derivative that is no number is not hidden by that.
    yield from sizes[np.isnan(sizes)].tolist()


def _directional_derivative(trace: DirectTrace, t: int, steps: Steps, direction: Array) -> Array:
    """Add up ∂o_t/∂x_k v_k over some steps k."""
    is_seen = steps <= t
    return np.einsum("nod,nd->o", trace.jacobians(t, steps[is_seen]), direction[is_seen])


def _extrapolated(
    trace: DirectTrace, steps: Steps, perturbation: Array, rows: Steps
) -> tuple[Array, Array, Array] | None:
    """Take two central differences; give Richardson's value, how far they are apart (∞ across kinks), and |o_t|."""
    wide, near = _difference(trace, steps, perturbation, rows), _difference(trace, steps, perturbation / 2.0, rows)
    if wide is None or near is None:
        return None
    apart = np.linalg.norm(2.0 * near[0] - wide[0], axis=1)
    apart[wide[1] | near[1]] = np.inf
    magnitude = np.abs(trace.outputs[rows - 1]).max(axis=1) + np.abs(trace.inputs).max()
    return (8.0 * near[0] - wide[0]) / 3.0, apart, magnitude


def _difference(
    trace: DirectTrace, steps: Steps, perturbation: Array, rows: Steps
) -> tuple[Array, npt.NDArray[np.bool_]] | None:
    """Take (o_t(+) − o_t(−)) / 2, and tell where a unit lies on different sides of a kink."""
    ends = _perturbed_traces(trace, steps, perturbation)
    if ends is None:
        return None
    plus, minus = ends
    is_kinked = (plus.pieces != minus.pieces).any(axis=1)
    return (plus.outputs - minus.outputs)[rows - 1] / 2.0, is_kinked[rows - 1]


def _perturbed_traces(trace: DirectTrace, steps: Steps, perturbation: Array) -> tuple[DirectTrace, DirectTrace] | None:
    """Run with the perturbation either way; None at the very edge of float64."""

    def run(sign: float) -> DirectTrace:
        inputs = trace.inputs.copy()
        inputs[steps - 1] += sign * perturbation
        return trace.rerun(inputs)

    try:
        return run(1.0), run(-1.0)
    except Overflow:
        return None


def _largest_change(
    trace: DirectTrace, steps: Steps, direction: Array, which: Callable[[Steps], Steps]
) -> float | None:
    """Measure the largest change that a perturbation brings to some outputs."""
    rows, ends = which(np.arange(1, len(trace.inputs) + 1)), _perturbed_traces(trace, steps, direction)
    if ends is None or not rows.size:
        return None
    return float(np.abs(ends[0].outputs[rows - 1] - ends[1].outputs[rows - 1]).max())


def _change_before(trace: DirectTrace, single: Steps, direction: Array) -> float | None:
    """Measure what arrives before the perturbation."""
    return _largest_change(trace, single, direction, lambda rows: rows[rows < single[0]])


def _change_beyond_reach(trace: DirectTrace, single: Steps, direction: Array) -> float | None:
    """Measure what arrives beyond the reach, and the largest Jacobian there."""
    beyond = len(trace.inputs) if trace.reach is None else int(single[0]) + trace.reach
    change = _largest_change(trace, single, direction, lambda rows: rows[rows > beyond])
    if change is None:
        return None
    return max(
        change, *(float(np.abs(trace.scaled_jacobians(t, single)[0]).max()) for t in (beyond + 1, len(trace.inputs)))
    )


def _norm_error(trace: DirectTrace, t: int, steps: Steps) -> float:
    """Compare the norms of a row, in decades, with those of its matrices."""
    pairs = [
        (trace.log10_norms(t, steps, norm), scaled_norms(*trace.scaled_jacobians(t, steps), norm)) for norm in _NORMS
    ]
    return max(_distance(*pair) for pair in pairs)


def _distance(here: Array, there: Array) -> float:
    """Give the largest difference of two lists in which −∞ is equal to itself."""
    with np.errstate(invalid="ignore"):
        return float(np.where(here == there, 0.0, np.abs(here - there)).max(initial=0.0))


def _disorder(trace: DirectTrace, t: int, steps: Steps) -> float:
    """Measure by how many decades the order of the norms is broken."""
    spectral, frobenius = (trace.log10_norms(t, steps, norm) for norm in _NORMS)
    there = frobenius > -np.inf
    above = np.subtract(spectral, frobenius, where=there, out=np.zeros_like(spectral))
    root = 0.5 * float(np.log10(min(trace.inputs.shape[1], trace.outputs.shape[1])))
    return float(np.max([np.zeros_like(above), above, -above - root]))
