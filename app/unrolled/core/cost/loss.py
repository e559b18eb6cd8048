"""The work of the gradient of a loss: for many losses at once, truncated at many K, and checked."""

from unrolled.core.arrays.flops import gradient_step
from unrolled.core.checks.credit import FAR, followed, near_lags
from unrolled.core.checks.loss import PASSES
from unrolled.core.checks.pairs import measured
from unrolled.core.checks.truncation import GRADIENTS, ROWS, added
from unrolled.core.cost.derivative import Cost, Size, forward_cost, gate_bytes
from unrolled.core.loss.chunk_sums import affords_every, chunk_entries, grown
from unrolled.core.loss.chunked import BATCH, flushed, rows_at_once
from unrolled.core.loss.credit_sweep import workspace_sizes
from unrolled.core.loss.lag_sums import outer_flops
from unrolled.core.loss.relative_bias import FIRST_CUTS, compared, first_cuts
from unrolled.core.loss.truncation_bias import ROUND, spaced_windows

_BYTES = 8
# So many lags are told of a residual, as a rule; arrays of what the check measures.
_TOLD, _MEASURED = 12, 4.0
# What all losses may take for a picture that needs but some of them.
_LITTLE = 4e9
# The part of the lags that are summed: nearly none where gradients vanish, all where they do not.
_LAGS = 0.4
# Rounds of measurements about the K that is to be advised, where not every one is chunked: none to a dozen.
_ROUNDS = 3
# Memory, in numbers an entry: of gradients that are under way, what is recorded of every step, copies of a matrix.
_HELD, _RECORDED, _COPIES, _ROOM, _TRACES = 3.0, 5.0, 8.0, 2.0**15, 2.3
# Gradients of W_hh that are held at once while sums by lag are taken.
_SUMS = 14


def credit_cost(size: Size, layers: int, rows: int, columns: int, window: int = 0) -> Cost:
    """Count the credit of losses (rows) at steps (columns) through some layers, and what a truncation leaves of it."""
    # Every loss goes back from its own step: half the way.
    swept = size.length * _step(size, layers, 0.5 * (rows + 1))
    width = layers * size.states * size.hidden
    gradients, matrices = workspace_sizes(size.length, int(rows * width), int(size.states * size.hidden**2))
    # Once more lag by lag, as far as the pairs count, and once for the lags that a truncation keeps.
    height, kept = size.gates * size.hidden, min(window, size.length)
    swept += (
        _LAGS
        * size.length
        * (_step(size, layers, 0.5 * (rows + 1)) + outer_flops(0.5 * (rows + 1), height, size.hidden))
    )
    swept += kept * (_step(size, layers, rows) + outer_flops(rows, height, size.hidden))
    # Sums by lag are gradients of W_hh, and so is what they are compared with.
    held = 2.0 * gradients + matrices + 2.0 * rows * width + 6.0 * rows * columns + _SUMS * height * size.hidden
    return _recorded(size, layers, swept + 2.0 * _whole(size, layers), held)


def backpropagated_losses(size: Size, layers: int, losses: int, rows: int) -> int:
    """Count the losses that go back for a picture of `rows`: all where that is little work, so that it shows all."""
    back = 0.5 * losses * size.length * (_step(size, layers, 1) - _step(size, layers, 0))
    return losses if back <= _LITTLE else min(rows, losses)


def bias_cost(size: Size, layers: int, losses: int) -> Cost:
    """Count the truncated gradients of both kinds at every K, or of chunked ones at those that are measured."""
    length, height, rows = size.length, int(size.gates * size.hidden), 0.5 * (losses + 1)
    matrix = height * size.hidden
    flops = length * (_step(size, layers, rows) + outer_flops(rows, height, size.hidden) + compared(1, matrix))
    held = _HELD * losses * layers * _entries(size) + 4.0 * losses * height
    if affords_every(length - 1, height, size.hidden):
        flops += length * (grown(0.5 * length, height, size.hidden) + compared(FIRST_CUTS, matrix))
        return _recorded(size, layers, flops + _whole(size, layers), held + chunk_entries(length, height, size.hidden))
    together = rows_at_once(height, size.hidden)
    windows = spaced_windows(length - 1)
    more = min(_ROUNDS * ROUND, length - len(windows))
    count = float(sum(len(first_cuts(window, length - 1)) for window in windows.tolist()) + FIRST_CUTS * more)
    sweeps = -(-count // together)
    flops += length * (
        sweeps * _step(size, layers, count / sweeps) + flushed(BATCH, count, height, size.hidden) / BATCH
    )
    flops += compared(count, matrix)
    together = int(min(count, together))
    held = max(held, _HELD * together * layers * _entries(size) + together * (4.5 * matrix + 2.0 * BATCH * height))
    return _recorded(size, layers, flops + _whole(size, layers), held)


def pairs_cost(size: Size, layers: int, losses: int, kept: int = 0) -> Cost:
    """Count the check of a credit: all losses back over the first lags, a few farther, `kept` rows of a truncation."""
    height, far = int(size.gates * size.hidden), min(FAR, size.length)
    near = min(near_lags(0.9 * losses, _TOLD), size.length)
    rows, few = 2.0 * losses * (1.0 - 0.5 * near / size.length), 2.0 * followed(losses)
    flops = near * (_step(size, layers, rows) + measured(rows, height, size.hidden))
    flops += max(0, far - near) * (_step(size, layers, few) + measured(few, height, size.hidden))
    if kept:
        flops += size.length * (_step(size, layers, kept) + added(1, height, size.hidden))
    held = 2.0 * _MEASURED * (rows + 1024) * layers * _entries(size) + 4.0 * height * size.hidden
    return Cost(flops, _BYTES * held)


def difference_cost(size: Size, layers: int) -> Cost:
    """Count the check of a gradient: the gradient once more, and the forward passes of a difference."""
    forward = forward_cost(size)
    # What two more forward passes leave, beside the one that is looked at.
    return Cost(PASSES * forward.flops + _whole(size, layers), _TRACES * forward.bytes)


def kept_pairs_cost(size: Size, layers: int) -> Cost:
    """Count the check of truncated gradients at a few K, of which some arrays are held for each."""
    height = int(size.gates * size.hidden)
    flops = size.length * (_step(size, layers, ROWS) + added(GRADIENTS, height, size.hidden))
    held = GRADIENTS * 2.0 * height * size.hidden + _HELD * ROWS * layers * _entries(size)
    return Cost(flops + _whole(size, layers), _BYTES * held)


def _whole(size: Size, layers: int) -> float:
    """Count one whole backward pass of a single gradient."""
    return size.length * _step(size, layers, 1)


def _step(size: Size, layers: int, rows: float) -> float:
    """Count some gradients one step back."""
    return gradient_step(rows, size.gates, size.states, size.hidden, layers)


def _recorded(size: Size, layers: int, flops: float, held: float) -> Cost:
    """Add the forward pass, and what is recorded of every step."""
    forward = forward_cost(size)
    recorded = (_RECORDED * size.length + _COPIES * size.hidden) * size.gates * size.hidden
    # The slopes of one gate are there already; several are computed for all steps.
    gates = layers * gate_bytes(size) if size.gates > 1 else 0.0
    return Cost(forward.flops + flops, forward.bytes + gates + _BYTES * (held + recorded + _ROOM))


def _entries(size: Size) -> float:
    """Count the entries of a gradient in one layer: of its state, and of its gates."""
    return (size.states + size.gates) * size.hidden
