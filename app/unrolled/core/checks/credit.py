"""Laws of a credit: pairs taken back alone, sums of them, and what is told of lags against the cells beside it."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, log10_unscaled, rescale
from unrolled.core.arrays.types import Array, Flags
from unrolled.core.checks.laws import Check, apart, cells_check
from unrolled.core.checks.pairs import DOUBT, Pairs, pairs_back
from unrolled.core.loss.credit import LEFT_OUT, Credit
from unrolled.core.loss.gradient import LossGraph

# Losses followed far, beside the first and the last two and those at the ends of long segments; how far.
_RANDOM, _SEGMENT, FAR = 3, 64, 72
# Pairs that all losses together are taken back, and the fewest lags.
_NEAR, _FEWEST = 2**12, 2
# Larger pictures are not added up along their lags.
_MOST = 1024
# Shares smaller than this may be told as zero; log10 of gradients whose pairs all have lengths; and what is as good as
# equal.
_SMALLEST, _MEASURED, _CLOSE = 1e-90, -80.0, 1e-7


def credit_checks(graph: LossGraph, result: Credit) -> tuple[Check, ...]:
    """Check a credit; the graph has the losses that were taken back, of which the rows are some.

    ``cells`` by the equations of one step; ``rows`` of losses at the ends of stretches, and all losses near themselves,
    by plain backpropagation; ``lags``: shares and residuals of lags as sums of those pairs; ``sum``: all pairs together
    by ordinary backpropagation.
    """
    rng = np.random.default_rng(len(result.t) + graph.trace.length)

    def distance(row: int, column: int) -> float:
        """Take one loss back alone to one step, and compare log10 of the length."""
        again = _log10_length(graph, int(result.t[row]), int(result.k[column]))
        return apart(again, float(result.log10_norm[row, column]))

    one_by_one = "random cells, one loss taken back alone by the equations of one step"
    chosen, near = _chosen(graph, result, rng), near_lags(len(graph.steps), len(result.residual))
    sums, rows = _Lags(graph, result), 0.0
    for pairs in pairs_back(graph, chosen, near, FAR, rng):
        rows = float(np.max([rows, _rows_apart(result, _shares(graph, result, pairs), pairs)]))
        sums.add(pairs.at(pairs.lags < near))
    if not graph.last_step:
        near, rows_value = 0, None
    else:
        rows_value = float(np.max([rows, _edge(result)]))
    taken_back = (
        f"norm, contribution and share: all losses over {near} steps, {int(chosen.sum())} over at most "
        f"{min(FAR, graph.last_step)}, one step at a time; nothing where k > t"
    )
    along = f"shares by lag and residuals against sums of pairs up to lag {near - 1}; beyond, against each other"
    has_sum = result.sum_error is not None or bool(result.taken.weight_hh.any())
    whole = result.sum_error if result.sum_error is not None or not has_sum else np.nan
    return (
        cells_check(Grid(result.t, result.k), one_by_one, distance, rng),
        Check.of("rows", rows_value, taken_back),
        Check.of("lags", sums.apart(), along),
        Check.of("sum", whole, "Σ C[t,k] over all pairs = ∂L/∂W_hh by ordinary backpropagation"),
    )


def near_lags(losses: float, told: float) -> int:
    """Choose how many lags all losses are taken back: those that are told, as far as that is little work."""
    return int(max(_FEWEST, min(told + 1, _NEAR // max(1, losses))))


def followed(losses: float) -> float:
    """Give how many losses are followed far, as a rule."""
    return min(losses, 4.0 + _RANDOM + 3.0 * min(4.0, losses // _SEGMENT))


def _chosen(graph: LossGraph, result: Credit, rng: np.random.Generator) -> Flags:
    """Choose losses that are rows: the first and last two, some about the ends of long segments, and others."""
    rows, last = result.t, graph.last_step
    ends = [last - _SEGMENT * back + side for back in range(1, 5) for side in (-1, 0, 1)]
    some = [*rows[:2], *rows[-2:], *ends, *(rng.choice(rows, _RANDOM) if len(rows) else [])]
    return np.isin(graph.steps, np.intersect1d(np.array(some, dtype=np.int64), rows))


def _shares(graph: LossGraph, result: Credit, pairs: Pairs) -> Array:
    """Measure ⟨C[t, k], g⟩/‖g‖² of pairs, NaN where g is zero."""
    g, share = result.gradient.weight_hh, np.zeros(len(pairs.t))
    size = float(np.linalg.norm(g))
    if not size:
        return np.full(len(pairs.t), np.nan)
    for part in graph.recurrent_inputs:
        onto = (pairs.delta[:, part.rows] / size) @ (g[part.rows] / size)
        share += (onto * part.values[pairs.k - 1]).sum(axis=1)
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(share, np.clip(pairs.powers - result.gradient.exponent, -2200, 2200))


def _rows_apart(result: Credit, shares: Array, pairs: Pairs) -> float:
    """Compare what is told of pairs with what they are, as far as rounding does not hide it."""
    row, column = (
        np.minimum(np.searchsorted(told, here), len(told) - 1)
        for told, here in ((result.t, pairs.t), (result.k, pairs.k))
    )
    is_told = (result.t[row] == pairs.t) & (result.k[column] == pairs.k)
    pairs, shares, cells = pairs.at(is_told), shares[is_told], (row[is_told], column[is_told])
    if not len(shares):
        return 0.0
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        length = 10.0 ** np.minimum(pairs.outer - result.log10_gradient, 300.0)
        told = result.share[cells]
        unequal = np.abs(told - shares) / (length + _SMALLEST)
    unequal = np.where(np.isnan(told) & np.isnan(shares), 0.0, unequal)
    distances = (
        (_log_distance(result.log10_norm[cells], pairs.d_h), pairs.d_h_doubt),
        (_log_distance(result.log10_contribution[cells], pairs.outer), pairs.outer_doubt),
        (unequal, pairs.outer_doubt),
    )
    return max(float(np.max(_believed(distance, doubt))) for distance, doubt in distances)


def _believed(distance: Array, doubt: Array) -> Array:
    """Lessen distances by what rounding may have done to them."""
    return np.where(np.isinf(doubt), 0.0, distance / (1.0 + np.where(np.isinf(doubt), 0.0, doubt) / DOUBT))


def _log_distance(one: Array, other: Array) -> Array:
    """Measure the distance of logarithms; 0 between −∞ and −∞."""
    with np.errstate(invalid="ignore"):
        return np.where(one == other, 0.0, np.abs(one - other))


def _edge(result: Credit) -> float:
    """Hold what is told to be NaN exactly where the loss lies before the step; shares also where g is zero."""
    is_before = result.k > result.t[:, None]
    norms = all((np.isnan(values) == is_before).all() for values in (result.log10_norm, result.log10_contribution))
    known = bool(np.isfinite(result.log10_gradient))
    return 0.0 if norms and (np.isnan(result.share) == (is_before if known else True)).all() else np.inf


@dataclass
class _Kept:
    """What pairs up to a lag add up to: the gradient, the sum of their lengths and of their doubts."""

    gradient: Array
    length: float = 0.0
    doubt: float = 0.0


class _Lags:
    """Sums of pairs lag by lag, held to what is told."""

    def __init__(self, graph: LossGraph, result: Credit) -> None:
        self._graph, self._result, self._apart = graph, result, 0.0
        g = result.taken.weight_hh
        # Of the losses that were taken: its own size, and that of the whole gradient beside it.
        self._size, self._kept = float(np.linalg.norm(g)), _Kept(np.zeros_like(g))

    def add(self, pairs: Pairs) -> None:
        """Add some lags."""
        result, shares = self._result, _shares(self._graph, self._result, pairs)
        if not self._size or not np.isfinite(result.log10_gradient):
            return
        log10_size = float(log10_unscaled(np.array([self._size]), np.array([result.taken.exponent]))[0])
        for lag in np.unique(pairs.lags).tolist():
            some = pairs.lags == lag
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                lengths = 10.0 ** (pairs.outer[some] - result.log10_gradient)
                doubts = np.where(lengths > 0.0, lengths * np.minimum(pairs.outer_doubt[some], 1.0), 0.0)
                scale = 1.0 + lengths.sum() + doubts.sum() / DOUBT
                self._note(abs(shares[some].sum() - result.by_lag[lag]) / scale)
                ratio = 10.0 ** (result.log10_gradient - log10_size)
                self._kept.length += float(lengths.sum()) * ratio
                self._kept.doubt += float(doubts.sum()) * ratio
                self._add(pairs.at(some))
                left = float(np.linalg.norm(result.taken.weight_hh - self._kept.gradient)) / self._size
            told = float(result.residual[lag]) if lag < len(result.residual) else None
            over = max(0.0, left - LEFT_OUT) if told is None else abs(left - told)
            self._note(over / (1.0 + self._kept.length + self._kept.doubt / DOUBT))

    def _add(self, pairs: Pairs) -> None:
        """Add the pairs of a lag."""
        delta = np.ldexp(pairs.delta, np.clip(pairs.powers - self._result.taken.exponent, -2200, 1000)[:, None])
        for part in self._graph.recurrent_inputs:
            self._kept.gradient[part.rows] += delta[:, part.rows].T @ part.values[pairs.k - 1]

    def _note(self, distance: float) -> None:
        self._apart = float(np.max([self._apart, distance]))

    def apart(self) -> float | None:
        """Give the largest distance; None where there is no gradient."""
        result, graph = self._result, self._graph
        if not self._size or not np.isfinite(result.log10_gradient):
            return None if not len(result.residual) else np.inf
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            lengths = 10.0 ** (result.log10_contribution - result.log10_gradient)
        scale = 1.0 + float(np.nansum(lengths)) + float(np.abs(result.by_lag).sum())
        g, taken = result.gradient.weight_hh, result.taken.weight_hh
        along = float((g / np.linalg.norm(g) * (taken / np.linalg.norm(g))).sum())
        along = float(np.ldexp(along, result.taken.exponent - result.gradient.exponent))
        self._note(abs(float(result.by_lag.sum()) - along) / scale)
        if not len(result.residual):
            return np.inf
        if result.taken is result.gradient:
            # What is left out is at least as long as its projection.
            projected = np.abs(1.0 - np.cumsum(result.by_lag)[: len(result.residual)])
            self._note(float(np.maximum(projected - result.residual, 0.0).max()) / scale)
        if len(result.residual) == graph.last_step:
            self._note(float(result.residual[-1]))
        is_whole = np.array_equal(result.t, graph.steps) and len(result.k) == graph.last_step <= _MOST
        if is_whole:
            self._along_diagonals(lengths, scale)
        return self._apart

    def _along_diagonals(self, lengths: Array, scale: float) -> None:
        """Add up the cells of every lag: shares are those of lags, and lags not told of leave out less than told."""
        result, left, before = self._result, 0.0, 0.0
        for lag in range(self._graph.last_step):
            rows = np.flatnonzero(result.t > lag)
            cells = rows, result.t[rows] - lag - 1
            self._note(abs(float(result.share[cells].sum()) - float(result.by_lag[lag])) / scale)
            left += float(lengths[cells].sum()) if lag >= len(result.residual) else 0.0
            before += float(lengths[cells].sum()) if lag == len(result.residual) - 1 else 0.0
        self._note(max(0.0, left - LEFT_OUT) / scale)
        # It ends as soon as that is so; of what is very small, lengths are not measured.
        if len(result.residual) > 1 and result.log10_gradient > _MEASURED:
            self._note(max(0.0, LEFT_OUT * (1.0 - _CLOSE) - left - before))


def _log10_length(graph: LossGraph, t: int, k: int) -> float:
    """Measure log10 ‖∂L_t/∂h_k‖ by `LayerTrace.vjp`, layer by layer."""
    layers, size = graph.trace.layers[graph.layer - 1 :], graph.hidden_size
    states = [np.zeros(layer.state_size) for layer in layers]
    states[-1][:size] = graph.seeds[np.searchsorted(graph.steps, t)]
    power = 0
    for step in range(t, k - 1, -1):
        for place in range(len(layers) - 1, -1, -1):
            if place == 0 and step == k:
                break
            states[place], below = layers[place].vjp(step, states[place])
            if place:
                states[place - 1][:size] += below
        if step > k:
            scaled, more = rescale(np.concatenate(states)[None, None])
            ends = np.cumsum([len(state) for state in states])[:-1]
            states, power = np.split(scaled[0, 0], ends), power + int(more[0])
    length = float(np.linalg.norm(states[0][:size]))
    return float(np.log10(length)) + LOG10_2 * power if length else -np.inf
