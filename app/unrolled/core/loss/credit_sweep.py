"""One sweep back of the gradients of all losses, and what is measured on it.

The steps are taken a segment at a time, within which no gradient is looked at. Where one has gone so far that it may
have lost digits, the segment is repeated in shorter ones, at last step by step from gradients of a size near 1.
"""

import numpy as np

from unrolled.core.arrays.scaling import FAR_LOW, LOG10_2, kept_precision, log10_unscaled, renormalise_, rescale
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.core.loss.segment import Segment, Workspace, segment
from unrolled.runtime.progress import advance

# Steps of a segment, and how many numbers its gradients and its matrices may have: longer ones leave the caches.
_FEWEST, _MOST, _GRADIENTS, _MATRICES = 4, 64, 2**19, 2**18
# After so many segments that kept their digits the next is twice as long.
_PATIENCE = 4
_NEVER, _NOTHING = -(2**40), -800
# A gradient whose squared length leaves this range at the end of a segment gets another power of two.
_LOW = 2.0**-256

Columns = tuple[slice, Steps]


class BackwardSweep:
    """The sweep from the last loss to the first step, measured at the rising steps `k` (columns,).

    δ of each step is multiplied with `directions` (reach, G·H) for its share, and divided by 2^exponent.
    After `run`, ``log10_norm``, ``log10_contribution``, ``share`` (rows, columns) and ``by_lag`` (reach,) are as in
    `Credit`, and ``lengths`` (reach,) are the sums of ‖C[t, k]‖ of all pairs of a lag, divided by 2^exponent.
    """

    def __init__(self, graph: LossGraph, k: Steps, directions: Array, exponent: int) -> None:
        self._graph, self._k, self._directions, self._exponent = graph, k, directions, exponent
        reach, rows = len(directions), len(graph.steps)
        # Lengths with respect to h, and of δ for everything that W_hh multiplies.
        self._logs = np.empty((len(k), 1 + len(graph.recurrent_inputs), rows))
        self._share, self.by_lag, self.lengths = np.empty((len(k), rows)), np.zeros(reach), np.zeros(reach)
        self._input_squares = np.stack(
            [np.square(part.values[:reach]).sum(axis=1) for part in graph.recurrent_inputs], axis=1
        )
        self._sums, self._tops = np.zeros_like(directions), np.zeros(reach, dtype=np.int64)
        # A gradient waits here with its power of two until its step comes.
        self._rows, self._powers = _initial_rows(graph)
        self._update_scales()
        parts, _, width = self._rows.shape
        gradients, matrices = workspace_sizes(reach, self._rows.size, parts * width**2)
        matrices = matrices if graph.elementwise is not None else 0
        self._workspace = Workspace(*np.split(np.empty(2 * gradients + matrices), [gradients, 2 * gradients]))

    def run(self) -> None:
        """Sweep over all steps."""
        last, count, successes = self._graph.last_step, _MOST, 0
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            while last > 0:
                count = min(count, last, self._max_steps(last))
                if self._advance(np.arange(last, last - count, -1)):
                    last, successes = last - count, successes + 1
                    count *= 2 if successes % _PATIENCE == 0 else 1
                else:
                    count, successes = count // 2, 0
            self._finish()

    def error(self, reference: Gradient) -> float | None:
        """Measure ‖Σ C − g‖/‖g‖ of the sum of all credits and a gradient g; None where that is zero."""
        size = np.linalg.norm(reference.weight_hh)
        if not size:
            return None
        weights = np.ldexp(1.0, np.clip(self._tops - reference.exponent, -2200, 1000))
        sums, reach = self._sums * weights[:, None], len(self._sums)
        total = np.concatenate([sums[:, part.rows].T @ part.values[:reach] for part in self._graph.recurrent_inputs])
        return float(np.linalg.norm(total - reference.weight_hh) / size)

    def _max_steps(self, last: int) -> int:
        """Give how many steps a segment from here may have."""
        parts, rows, width = self._rows.shape
        gradients = rows - int(np.searchsorted(self._graph.steps, last - _MOST + 1))
        fitting = min(_GRADIENTS // (gradients * parts * width), _MATRICES // (parts * width * width))
        return min(max(fitting, _FEWEST), _MOST)

    def _advance(self, steps: Steps) -> bool:
        """Take the gradients along steps in falling order and measure them; False if digits may be lost."""
        firsts = np.searchsorted(self._graph.steps, steps)
        base, count = int(firsts[-1]), len(steps)
        rows, powers, firsts = self._rows[:, base:], self._powers[base:], firsts - base
        if count == 1:
            self._renormalise(base, np.arange(len(powers)))
        states = self._workspace.states[: (count + 1) * rows.size].reshape(count + 1, *rows.shape)
        part = segment(self._graph, steps, self._workspace)
        _place_rows(states, rows, firsts)
        part.run(states, firsts.tolist())
        advance(sum(map(self._graph.step_flops, (len(powers) - firsts).tolist())))
        after = states[-1]
        sizes, squares = part.squared_norms()
        last, is_active = np.vecdot(after, after).sum(axis=0), np.arange(len(powers)) >= firsts[:, None]
        np.copyto(squares, 1.0, where=~is_active[:, None])
        measured = (squares, np.where(is_active, sizes, 1.0), last)
        is_near = all(values.min() > FAR_LOW and values.max() < 1.0 / FAR_LOW for values in measured)
        if not is_near and count > 1 and _lost_digits(part, np.vstack([np.where(is_active, sizes, 0.0), last])):
            return False
        columns = self._columns(steps)
        self._record_norms(part, squares, columns, is_near=is_near)
        self._record_shares(part, steps, columns, sizes[-1] > 0.0)
        self._record_lengths(squares, steps, is_active)
        rows[:] = after
        if not (last.min() > _LOW and last.max() < 1.0 / _LOW):
            self._renormalise(base, np.flatnonzero(~((last > _LOW) & (last < 1.0 / _LOW))))
        return True

    def _update_scales(self) -> None:
        """Compute the powers of two that the gradients are multiplied with for their shares."""
        apart = self._powers - self._exponent
        self._scales, self._is_even = _powers_of_two(apart), not self._powers.any()
        self._is_far = bool((apart > 1000).any())

    def _renormalise(self, base: int, chosen: Steps) -> None:
        """Bring some gradients near 1 by powers of two, and what they are multiplied with for their shares."""
        scaled, more = rescale(self._rows[:, base + chosen].swapaxes(0, 1))
        self._rows[:, base + chosen] = scaled.swapaxes(0, 1)
        self._powers[base + chosen] += more
        self._update_scales()

    def _columns(self, steps: Steps) -> Columns:
        """Give the columns that lie among some steps, and their places."""
        columns = slice(*np.searchsorted(self._k, [steps[-1], steps[0] + 1]).tolist())
        return columns, steps[0] - self._k[columns]

    def _record_norms(self, part: Segment, squares: Array, columns: Columns, *, is_near: bool) -> None:
        """Record the lengths at the steps that are columns."""
        chosen, places = columns
        if not places.size:
            return
        squares, powers = squares[places], self._powers[len(self._powers) - squares.shape[2] :]
        logs = np.log10(squares)
        logs *= 0.5
        if not self._is_even:
            logs += LOG10_2 * powers
        if not is_near:
            is_far = ~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW)).all(axis=1)
            where = np.nonzero(is_far)
            for kind, rows in enumerate(part.rows(places[where[0]], where[1])):
                logs[where[0], kind, where[1]] = log10_row_norms(rows, powers[where[1]])
        self._logs[chosen, :, len(self._powers) - squares.shape[2] :] = logs

    def _record_shares(self, part: Segment, steps: Steps, columns: Columns, is_alive: Array) -> None:
        """Record shares, and add up what all losses bring at each step, scaled by the largest power of two."""
        base = len(self._powers) - len(is_alive)
        shares = part.project(self._directions[steps - 1])
        shares *= self._scales[base:]
        if self._is_far:
            shares = np.ldexp(shares, np.clip(self._powers[base:] - self._exponent - 1000, 0, 2200))
        self._share[columns[0], base:] = shares[columns[1]]
        # A gradient whose loss lies earlier adds its zeros to any lag.
        lags = np.maximum(self._graph.steps[base:] - steps[:, None], 0)
        by_lag = np.bincount(lags.ravel(), shares.ravel())
        self.by_lag[: len(by_lag)] += by_lag
        powers = np.where(is_alive, self._powers[base:], _NEVER)
        top = 0 if self._is_even else int(powers.max())
        weights = np.ones(len(is_alive)) if self._is_even else _powers_of_two(powers - top)
        self._sums[steps - 1] = part.weighted_sum(weights)
        self._tops[steps - 1] = top

    def _record_lengths(self, squares: Array, steps: Steps, is_active: Flags) -> None:
        """Add up the lengths of all pairs by lag; one too small to be measured counts as more than it has."""
        outer = np.maximum(squares[:, 1:], FAR_LOW) * self._input_squares[steps - 1][:, :, None]
        lengths = np.sqrt(outer.sum(axis=1))
        lengths *= np.ldexp(1.0, np.clip(self._powers[-lengths.shape[1] :] - self._exponent, -1000, 1000))
        lags = np.maximum(self._graph.steps[-lengths.shape[1] :] - steps[:, None], 0)
        by_lag = np.bincount(lags.ravel(), np.where(is_active, lengths, 0.0).ravel())
        self.lengths[: len(by_lag)] += by_lag

    def _finish(self) -> None:
        """Put lengths together, and set NaN where the loss lies before the step."""
        reach = len(self._directions)
        is_within = self._k <= reach
        inputs = self._graph.recurrent_inputs
        for kind, part in enumerate(inputs):
            self._logs[is_within, 1 + kind] += log10_row_norms(part.values[self._k[is_within] - 1])[:, None]
        outer = _log10_joint_norm([self._logs[:, 1 + kind] for kind in range(len(inputs))])
        is_before = self._k[:, None] > self._graph.steps
        for triangle in (self._logs[:, 0], outer, self._share):
            np.copyto(triangle, np.nan, where=is_before)
        self.log10_norm, self.log10_contribution, self.share = self._logs[:, 0].T, outer.T, self._share.T


def workspace_sizes(reach: int, gradients: int, matrices: int) -> tuple[int, int]:
    """Count the numbers that the gradients of the longest segment have, held twice, and its matrices.

    `reach` is how many steps there are, `gradients` and `matrices` are the numbers of one step.
    """
    most = max(_GRADIENTS, _FEWEST * gradients), max(_MATRICES, _FEWEST * matrices)
    return min(most[0], reach * gradients) + gradients, min(most[1], reach * matrices)


def _initial_rows(graph: LossGraph) -> tuple[Array, Steps]:
    """Give every loss's gradient at its own step, (P, n, width), with its power of two."""
    powers = np.zeros(len(graph.steps), dtype=np.int64)
    d_h = graph.seeds.copy()
    renormalise_(d_h[:, None], powers)
    if graph.elementwise is not None:
        return graph.elementwise.parts(graph.steps, d_h), powers
    rows = np.zeros((1, len(d_h), graph.state_size))
    rows[0, :, graph.top_h] = d_h
    return rows, powers


def _place_rows(states: Array, rows: Array, firsts: Steps) -> None:
    """Put rows (P, n, width) into (m + 1, P, n, width) at the step of their loss; before it they are zero."""
    first = int(firsts[0])
    states[0, :, first:], states[:, :, :first] = rows[:, first:], 0.0
    late = np.arange(first)
    states[np.searchsorted(-firsts, -late), :, late] = rows[:, :first].swapaxes(0, 1)


def _lost_digits(part: Segment, squares: Array) -> bool:
    """Tell whether gradients may have lost digits on a segment, from their squared lengths after every step."""
    ends = np.nonzero((squares[1:] == 0.0) & (squares[:-1] > _LOW))
    if ends[0].size and part.is_blocked(*ends):
        is_over = np.zeros(squares.shape, dtype=bool)
        is_over[ends[0] + 1, ends[1]] = True
        squares = np.where(np.logical_or.accumulate(is_over, axis=0), 1.0, squares)
    return not kept_precision(squares)


def _powers_of_two(powers: Steps) -> Array:
    """Give powers of two; 0 for those whose products would only be slow, and nothing beside the others."""
    return np.where(powers < _NOTHING, 0.0, np.ldexp(1.0, np.clip(powers, _NOTHING, 1000)))


def _log10_joint_norm(logs: list[Array]) -> Array:
    """Give log10 of the length of what consists of parts, from those of the parts."""
    if len(logs) == 1:
        return logs[0]
    top = np.maximum.reduce(logs)
    raised = np.where(np.isfinite(top), top, 0.0)
    return raised + 0.5 * np.log10(np.add.reduce([10.0 ** (2.0 * (log - raised)) for log in logs]))


def log10_row_norms(rows: Array, powers: Steps | None = None) -> Array:
    """Measure log10 of the lengths of rows (n, width) with powers of two (n,), also where a square is no float64."""
    powers = np.zeros(len(rows), dtype=np.int64) if powers is None else powers
    squares = np.vecdot(rows, rows)
    logs = log10_unscaled(np.sqrt(squares), powers)
    far = np.flatnonzero(~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW)))
    if far.size:
        scaled, more = rescale(rows[far, None])
        logs[far] = log10_unscaled(np.linalg.norm(scaled[:, 0], axis=1), powers[far] + more)
    return logs
