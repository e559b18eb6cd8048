"""How wrong a truncated gradient is: chunked and sliding windows of every length, each kind in one way back.

Chunked: the state is detached every K steps, and the pair (t, k) is kept where both lie in the same chunk. Sliding:
every loss goes K steps back, and the pair is kept where t − k < K. Both gradients are sums of the kept pairs; their
relative bias is that of Aicher, Foti and Fox 2019.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph, gradient
from unrolled.runtime.progress import advance

KINDS = ("chunked", "sliding")
# So many values of K where there are more, and how many steps are gathered before they are multiplied.
MAX_WINDOWS, _TOGETHER = 48, 32
_NOTHING = -(2**40)


@dataclass(frozen=True)
class TruncationBias:
    """Truncated gradients of W_hh against the whole one, g.

    Attributes
    ----------
    windows : array of shape (n,)
        K, rising.
    cosine, ratio, relative : mappings of str to array of shape (n,)
        By kind: ⟨g_K, g⟩/(‖g_K‖ ‖g‖), ‖g_K‖/‖g‖ and ‖g_K − g‖/‖g‖. NaN where one of them is zero.
    whole_error : float or None
        The largest ‖g_K − g‖/‖g‖ as it was computed where K keeps everything, and where the truth is 0.
    """

    windows: Steps
    cosine: dict[str, Array]
    ratio: dict[str, Array]
    relative: dict[str, Array]
    full_window_error: float | None


def choose_windows(length: int, chosen: int) -> Steps:
    """Choose values of K from 1 to T: all where they are few, else spaced evenly on a log scale, with the chosen one.

    Parameters
    ----------
    length, chosen : int
        T, and a K that must be there.

    Returns
    -------
    array of shape (n,)
        Rising.
    """
    if length <= MAX_WINDOWS:
        return np.arange(1, length + 1, dtype=np.int64)
    spaced = np.geomspace(1, length, MAX_WINDOWS - 8).round().astype(np.int64)
    return np.unique(np.concatenate([spaced, np.arange(1, 9), [min(chosen, length)]]))


def truncation_bias(way: LossGraph, windows: Steps) -> TruncationBias:
    """Truncate the gradient in both ways at every K.

    Parameters
    ----------
    way : LossGraph
        The losses and the layers they pass.
    windows : array of shape (n,)
        Rising K.

    Returns
    -------
    TruncationBias
        Exactly 1, 1 and 0 where K keeps everything.
    """
    whole = gradient(way)
    found = {"chunked": chunked_gradients(way, windows), "sliding": sliding_gradients(way, windows)}
    cosine, ratio, relative, errors = {}, {}, {}, [0.0]
    everything = windows >= way.last_step
    for kind, sums in found.items():
        cosine[kind], ratio[kind], relative[kind] = _compared(sums, whole)
        errors += relative[kind][everything].tolist()
        if whole.weight_hh.any():
            # What is computed there differs by rounding alone.
            for values, truth in ((cosine[kind], 1.0), (ratio[kind], 1.0), (relative[kind], 0.0)):
                values[everything] = truth
    worst = float(np.max(errors)) if whole.weight_hh.any() else None
    return TruncationBias(windows, cosine, ratio, relative, worst)


class GradientSums:
    """Gradients of W_hh for several K, added up step by step; each is its array times 2^power."""

    def __init__(self, way: LossGraph, count: int) -> None:
        self._way, self._kept = way, list[tuple[int, Array, Steps]]()
        hidden = way.hidden_size
        self.arrays = np.zeros((count, way.trace.layers[way.layer - 1].a.shape[1], hidden))
        self.powers = np.full(count, _NOTHING, dtype=np.int64)
        # New memory for every product would take longer than the product.
        self._made = np.empty_like(self.arrays)

    def add(self, step: int, recurrent: Array, powers: Steps) -> None:
        """Add γ ⊗ (what W_hh multiplies at a step), γ of shape (n, G·H) with powers of two."""
        self._kept.append((step, recurrent, powers))
        if len(self._kept) == _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Multiply what was gathered."""
        if not self._kept:
            return
        places = np.array([step - 1 for step, _, _ in self._kept])
        rows, powers = np.stack([each for _, each, _ in self._kept]), np.stack([each for _, _, each in self._kept])
        self._kept.clear()
        powers = np.where(rows.any(axis=2), powers, _NOTHING)
        top = np.maximum(powers.max(axis=0), self.powers)
        weights = np.ldexp(1.0, np.maximum(powers - top, -2200))
        if (self.powers != top).any():
            self.arrays *= np.ldexp(1.0, np.maximum(self.powers - top, -2200))[:, None, None]
        rows *= weights[:, :, None]
        self.powers, rows = top, rows.transpose(1, 2, 0)
        for met in self._way.recurrent_inputs:
            np.matmul(rows[:, met.rows], met.values[places], out=self._made[:, met.rows])
        self.arrays += self._made


def chunked_gradients(way: LossGraph, windows: Steps) -> GradientSums:
    """Compute the gradients of a state that is detached every K steps: a row each K, begun anew at every chunk's end.

    Parameters
    ----------
    way : LossGraph
        The losses and the layers they pass.
    windows : array of shape (n,)
        K.

    Returns
    -------
    GradientSums
        One gradient each K.
    """
    sums, place = GradientSums(way, len(windows)), len(way.steps) - 1
    rows, powers = np.zeros((len(windows), way.state_size)), np.zeros(len(windows), dtype=np.int64)
    for step in range(way.last_step, 0, -1):
        ends = step % windows == 0
        rows[ends], powers[ends] = 0.0, 0
        if place >= 0 and way.steps[place] == step:
            _enter(way, place, rows, powers)
            place -= 1
        pulled, _ = way.vjp(step, rows)
        sums.add(step, pulled.d_recurrent, powers.copy())
        rows = pulled.d_state
        renormalise_(rows[:, None], powers)
        advance(CALL + rows.size * 4.0 * way.hidden_size)
    sums.flush()
    return sums


def sliding_gradients(way: LossGraph, windows: Steps) -> GradientSums:
    """Compute the gradients of losses that reach K steps back: a row each loss, added up by lag for every K at once.

    Parameters
    ----------
    way : LossGraph
        The losses and the layers they pass.
    windows : array of shape (n,)
        Rising K.

    Returns
    -------
    GradientSums
        One gradient each K.
    """
    sums, first = GradientSums(way, len(windows)), len(way.steps)
    all_rows, all_powers = np.zeros((first, way.state_size)), np.zeros(first, dtype=np.int64)
    for step in range(way.last_step, 0, -1):
        if first and way.steps[first - 1] == step:
            first -= 1
            all_rows[first, way.start : way.start + way.hidden_size] = way.seeds[first]
        rows, powers = all_rows[first:], all_powers[first:]
        pulled, _ = way.vjp(step, rows)
        sums.add(step, *_added_up(pulled.d_recurrent, powers, np.searchsorted(way.steps[first:] - step, windows)))
        all_rows[first:] = pulled.d_state
        renormalise_(all_rows[first:, None], all_powers[first:])
        advance(CALL + rows.size * 4.0 * way.hidden_size)
    sums.flush()
    return sums


def _added_up(recurrent: Array, powers: Steps, ends: Steps) -> tuple[Array, Steps]:
    """Add up the first so many rows, for rising numbers of them; each sum has the power of two of its largest row."""
    counted = np.arange(len(powers)) < ends[:, None]
    tops = np.where(counted, powers, _NOTHING).max(axis=1, initial=_NOTHING)
    weights = np.where(counted, np.ldexp(1.0, np.clip(powers - tops[:, None], -2200, 0)), 0.0)
    return weights @ recurrent, tops


def _enter(way: LossGraph, place: int, rows: Array, powers: Steps) -> None:
    """Add a loss to rows of any powers of two, in place."""
    if not powers.any():
        rows[:, way.start : way.start + way.hidden_size] += way.seeds[place]
        return
    dead = ~rows.any(axis=1)
    top = np.where(dead, 0, np.maximum(powers, 0))
    with np.errstate(under="ignore"):
        rows *= np.ldexp(1.0, np.maximum(powers - top, -2200))[:, None]
        rows[:, way.start : way.start + way.hidden_size] += np.ldexp(way.seeds[place], -np.minimum(top, 2200)[:, None])
    powers[:] = top


def _compared(sums: GradientSums, whole: Gradient) -> tuple[Array, Array, Array]:
    """Give cosine, length ratio and relative distance of every gradient to the whole one."""
    g = whole.weight_hh.ravel()
    size = np.linalg.norm(g)
    scale = np.ldexp(1.0, np.clip(sums.powers - whole.exponent, -2200, 1000))
    found = sums.arrays.reshape(len(scale), -1) * scale[:, None]
    lengths = np.linalg.norm(found, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.clip(found @ g / (lengths * size), -1.0, 1.0)
        return cosine, lengths / size, np.linalg.norm(found - g, axis=1) / size


def smallest_window(windows: Steps, relative: Array, tolerance: float) -> int | None:
    """Give the smallest K whose bias stays within a tolerance for it and every larger one that was measured.

    Parameters
    ----------
    windows, relative : arrays of shape (n,)
        Rising K, and their relative biases.
    tolerance : float
        How much is allowed.

    Returns
    -------
    int or None
        K; None where there is no gradient to be biased.
    """
    above = np.flatnonzero(~(relative <= tolerance))
    place = int(above[-1]) + 1 if above.size else 0
    return int(windows[place]) if place < len(windows) else None
