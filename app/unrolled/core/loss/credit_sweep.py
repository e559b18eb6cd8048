"""One way back of the gradients of all losses, and what is written down on it.

The steps are taken a stretch at a time, on which no gradient is looked at. Where one has gone so far that it may have
lost digits, the stretch is taken again in shorter ones, at last step by step from gradients of a size near 1.
"""

import numpy as np

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.scaling import FAR_LOW, LOG10_2, kept_precision, log10_unscaled, renormalise_, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.core.loss.segment import Segment, Workspace, segment
from unrolled.runtime.progress import advance

# What a row of the block costs beside its product: passes over its entries.
PASS = 30.0
# Steps of a stretch, and how many numbers its gradients and its matrices may have: longer ones leave the caches.
_FEWEST, _MOST, _GRADIENTS, _MATRICES = 4, 64, 2**19, 2**18
# After so many stretches that went well the next is twice as long.
_PATIENCE = 4
_NEVER, _NOTHING = -(2**40), -800
# A gradient whose squared length leaves this range at the end of a stretch gets another power of two.
_LOW = 2.0**-256

Columns = tuple[slice, Steps]


class BackwardSweep:
    """The way back from the last loss to the first step.

    Parameters
    ----------
    way : LossGraph
        The losses of the rows.
    k : array of shape (columns,)
        Rising steps to write down.
    shared : array of shape (reach, G·H)
        What γ of each step is multiplied with for its share.
    exponent : int
        Shares are divided by 2^exponent.

    Attributes
    ----------
    log10_norm, log10_contribution, share : arrays of shape (rows, columns)
        As in `Credit`.
    by_lag : array of shape (reach,)
        As in `Credit`.
    """

    def __init__(self, way: LossGraph, k: Steps, shared: Array, exponent: int) -> None:
        self._way, self._k, self._shared, self._exponent = way, k, shared, exponent
        reach, rows = len(shared), len(way.steps)
        # Lengths with respect to h, and of γ for everything that W_hh multiplies.
        self._logs, self._share = np.empty((len(k), 1 + len(way.recurrent_inputs), rows)), np.empty((len(k), rows))
        self.by_lag = np.zeros(reach)
        self._sums, self._tops = np.zeros_like(shared), np.zeros(reach, dtype=np.int64)
        # A gradient waits here with its power of two until its step comes.
        self._rows, self._powers = _begun(way)
        self._rescale()
        parts, _, width = self._rows.shape
        gradients, matrices = workspace_sizes(reach, self._rows.size, parts * width**2)
        matrices = matrices if way.elementwise is not None else 0
        self._room = Workspace(*np.split(np.empty(2 * gradients + matrices), [gradients, 2 * gradients]))

    def run(self) -> None:
        """Go all the way."""
        last, count, went = self._way.last_step, _MOST, 0
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            while last > 0:
                count = min(count, last, self._most(last))
                if self._took(np.arange(last, last - count, -1)):
                    last, went = last - count, went + 1
                    count *= 2 if went % _PATIENCE == 0 else 1
                else:
                    count, went = count // 2, 0
            self._finish()

    def error(self, other: Gradient) -> float | None:
        """Compare the sum of all credits with a gradient."""
        size = np.linalg.norm(other.weight_hh)
        if not size:
            return None
        weights = np.ldexp(1.0, np.clip(self._tops - other.exponent, -2200, 1000))
        sums, reach = self._sums * weights[:, None], len(self._sums)
        found = np.concatenate([sums[:, met.rows].T @ met.values[:reach] for met in self._way.recurrent_inputs])
        return float(np.linalg.norm(found - other.weight_hh) / size)

    def _most(self, last: int) -> int:
        """Give how many steps a stretch from here may have."""
        parts, rows, width = self._rows.shape
        gradients = rows - int(np.searchsorted(self._way.steps, last - _MOST + 1))
        fitting = min(_GRADIENTS // (gradients * parts * width), _MATRICES // (parts * width * width))
        return min(max(fitting, _FEWEST), _MOST)

    def _took(self, steps: Steps) -> bool:
        """Take the gradients along steps in falling order and write down what is found; False if digits may be lost."""
        firsts = np.searchsorted(self._way.steps, steps)
        base, count = int(firsts[-1]), len(steps)
        rows, powers, firsts = self._rows[:, base:], self._powers[base:], firsts - base
        if count == 1:
            self._settle(base, np.arange(len(powers)))
        states = self._room.states[: (count + 1) * rows.size].reshape(count + 1, *rows.shape)
        stretched = segment(self._way, steps, self._room)
        _begin(states, rows, firsts)
        stretched.go(states, firsts.tolist())
        after = states[-1]
        sizes, squares = stretched.squares()
        last, begun = np.vecdot(after, after).sum(axis=0), np.arange(len(powers)) >= firsts[:, None]
        looked = (squares, last) if sizes.base is squares.base else (squares, sizes[:, None], last)
        for each in looked[:-1]:
            np.copyto(each, 1.0, where=~begun[:, None])
        is_near = all(each.min() > FAR_LOW and each.max() < 1.0 / FAR_LOW for each in looked)
        if not is_near and count > 1 and _lost(stretched, np.concatenate([np.where(begun, sizes, 0.0), last[None]])):
            return False
        columns = self._columns(steps)
        self._write(stretched, squares, columns, is_near=is_near)
        self._share_out(stretched, steps, columns, sizes[-1] > 0.0)
        rows[:] = after
        if not (last.min() > _LOW and last.max() < 1.0 / _LOW):
            self._settle(base, np.flatnonzero(~((last > _LOW) & (last < 1.0 / _LOW))))
        work = 2.0 * self._way.hidden_size + PASS
        advance(count * CALL + float(begun.sum()) * rows.shape[0] * rows.shape[2] * work)
        return True

    def _rescale(self) -> None:
        """Make the powers of two that the gradients are multiplied with for their shares."""
        apart = self._powers - self._exponent
        self._scales, self._is_even = _scales(apart), not self._powers.any()
        self._is_far = bool((apart > 1000).any())

    def _settle(self, base: int, chosen: Steps) -> None:
        """Bring some gradients near 1 by powers of two, and what they are multiplied with for their shares."""
        scaled, more = rescale(self._rows[:, base + chosen].swapaxes(0, 1))
        self._rows[:, base + chosen] = scaled.swapaxes(0, 1)
        self._powers[base + chosen] += more
        self._rescale()

    def _columns(self, steps: Steps) -> Columns:
        """Give the columns that lie among some steps, and their places."""
        columns = slice(*np.searchsorted(self._k, [steps[-1], steps[0] + 1]).tolist())
        return columns, steps[0] - self._k[columns]

    def _write(self, stretched: Segment, squares: Array, columns: Columns, *, is_near: bool) -> None:
        """Write down the lengths at the steps that are columns."""
        chosen, places = columns
        if not places.size:
            return
        squares, powers = squares[places], self._powers[len(self._powers) - squares.shape[2] :]
        logs = np.log10(squares)
        logs *= 0.5
        if not self._is_even:
            logs += LOG10_2 * powers
        if not is_near:
            strayed = ~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW)).all(axis=1)
            where = np.nonzero(strayed)
            again = stretched.cells(places[where[0]], where[1])
            for part, cells in enumerate(again):
                logs[where[0], part, where[1]] = log10_rows(cells, powers[where[1]])
        self._logs[chosen, :, len(self._powers) - squares.shape[2] :] = logs

    def _share_out(self, stretched: Segment, steps: Steps, columns: Columns, lives: Array) -> None:
        """Write down shares, and add up what all losses bring at each step, scaled by the largest power of two."""
        base = len(self._powers) - len(lives)
        shares = stretched.along(self._shared[steps - 1])
        shares *= self._scales[base:]
        if self._is_far:
            shares = np.ldexp(shares, np.clip(self._powers[base:] - self._exponent - 1000, 0, 2200))
        self._share[columns[0], base:] = shares[columns[1]]
        # What has not begun adds its zeros to any lag.
        lags = np.maximum(self._way.steps[base:] - steps[:, None], 0)
        by_lag = np.bincount(lags.ravel(), shares.ravel())
        self.by_lag[: len(by_lag)] += by_lag
        powers = np.where(lives, self._powers[base:], _NEVER)
        top = 0 if self._is_even else int(powers.max())
        weights = np.ones(len(lives)) if self._is_even else _scales(powers - top)
        self._sums[steps - 1] = stretched.summed(weights)
        self._tops[steps - 1] = top

    def _finish(self) -> None:
        """Put lengths together, and leave open what lies before its loss."""
        reach = len(self._shared)
        reached = self._k <= reach
        for part, met in enumerate(self._way.recurrent_inputs):
            self._logs[reached, 1 + part] += log10_rows(met.values[self._k[reached] - 1])[:, None]
        outer = _together([self._logs[:, 1 + part] for part in range(len(self._way.recurrent_inputs))])
        is_before = self._k[:, None] > self._way.steps
        for each in (self._logs[:, 0], outer, self._share):
            np.copyto(each, np.nan, where=is_before)
        self.log10_norm, self.log10_contribution, self.share = self._logs[:, 0].T, outer.T, self._share.T


def workspace_sizes(reach: int, gradients: int, matrices: int) -> tuple[int, int]:
    """Tell how many numbers the gradients of the longest stretch have, and its matrices.

    Parameters
    ----------
    reach : int
        How many steps there are.
    gradients, matrices : int
        How many numbers one step has of each.

    Returns
    -------
    tuple of int
        The gradients, which are held twice, and the matrices.
    """
    most = max(_GRADIENTS, _FEWEST * gradients), max(_MATRICES, _FEWEST * matrices)
    return min(most[0], reach * gradients) + gradients, min(most[1], reach * matrices)


def _begun(way: LossGraph) -> tuple[Array, Steps]:
    """Give every loss's gradient at its own step, (P, n, width), with its power of two."""
    powers = np.zeros(len(way.steps), dtype=np.int64)
    onto_h = way.seeds.copy()
    renormalise_(onto_h[:, None], powers)
    if way.elementwise is not None:
        return way.elementwise.entered(way.steps, onto_h), powers
    rows = np.zeros((1, len(onto_h), way.state_size))
    rows[0, :, way.start : way.start + way.hidden_size] = onto_h
    return rows, powers


def _begin(states: Array, rows: Array, firsts: Steps) -> None:
    """Put rows (P, n, width) into (m + 1, P, n, width) where they begin; before it they are zero."""
    first = int(firsts[0])
    states[0, :, first:], states[:, :, :first] = rows[:, first:], 0.0
    late = np.arange(first)
    states[np.searchsorted(-firsts, -late), :, late] = rows[:, :first].swapaxes(0, 1)


def _lost(stretched: Segment, squares: Array) -> bool:
    """Tell whether gradients may have lost digits on a stretch, from their squared lengths after every step."""
    ended = np.nonzero((squares[1:] == 0.0) & (squares[:-1] > _LOW))
    if ended[0].size and stretched.died(*ended):
        is_over = np.zeros(squares.shape, dtype=bool)
        is_over[ended[0] + 1, ended[1]] = True
        squares = np.where(np.logical_or.accumulate(is_over, axis=0), 1.0, squares)
    return not kept_precision(squares)


def _scales(powers: Steps) -> Array:
    """Give powers of two; 0 for those whose products would only be slow, and nothing beside the others."""
    return np.where(powers < _NOTHING, 0.0, np.ldexp(1.0, np.clip(powers, _NOTHING, 1000)))


def _together(parts: list[Array]) -> Array:
    """Give log10 of the length of what consists of parts, from those of the parts."""
    if len(parts) == 1:
        return parts[0]
    top = np.maximum.reduce(parts)
    raised = np.where(np.isfinite(top), top, 0.0)
    return raised + 0.5 * np.log10(np.add.reduce([10.0 ** (2.0 * (part - raised)) for part in parts]))


def log10_rows(rows: Array, powers: Steps | None = None) -> Array:
    """Measure log10 of the lengths of rows with powers of two, also of those whose squares are no float64.

    Parameters
    ----------
    rows : array of shape (n, width)
        Finite numbers.
    powers : array of shape (n,), optional
        Their powers of two; 0 when left out.

    Returns
    -------
    array of shape (n,)
        −inf for zero.
    """
    powers = np.zeros(len(rows), dtype=np.int64) if powers is None else powers
    squares = np.vecdot(rows, rows)
    found, strayed = (
        log10_unscaled(np.sqrt(squares), powers),
        np.flatnonzero(~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW))),
    )
    if strayed.size:
        scaled, more = rescale(rows[strayed, None])
        found[strayed] = log10_unscaled(np.linalg.norm(scaled[:, 0], axis=1), powers[strayed] + more)
    return found
