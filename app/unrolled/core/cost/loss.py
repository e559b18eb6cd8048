"""The work of the gradient of a loss: for many losses at once, truncated at many K, and checked.

In the units of `cost.recurrent`. What the calls around a product take was fitted on one core at H = 16 … 256, step by
step; where several steps are taken together it is too much, up to three times.
"""

from dataclasses import replace

from unrolled.core.checks.loss import PASSES
from unrolled.core.cost.recurrent import Cost, Size, forward_cost, gate_bytes
from unrolled.core.loss.credit_sweep import workspace_sizes
from unrolled.core.loss.truncation_bias import MAX_WINDOWS

_BYTES, _STATES = 8, {"rnn": 1, "gru": 1, "lstm": 2}
# Calls of one step: of one gradient, of many, where a column is recorded, and of every K.
_ALONE, _TOGETHER, _COLUMN, _WINDOW = {"rnn": 6e5, "gru": 1e6, "lstm": 1e6}, 8e5, 9e5, 2e5
# A pass over one entry of a row, and all passes over one entry of the gradients of all K.
_ENTRY, _SUMMED = 25.0, 1200.0
# A tenth of a second.
_LITTLE = 4e9
# Memory, in numbers an entry: of gradients that are under way, what is recorded of every step, copies of a matrix.
_HELD, _RECORDED, _COPIES, _ROOM, _TRACES = 3.0, 5.0, 8.0, 2.0**15, 2.3


def credit_cost(size: Size, layers: int, rows: int, columns: int) -> Cost:
    """Estimate the credit of losses (rows) at steps (columns) through some layers, with its checks."""
    alone, length = _backward(size, layers), size.length
    step = layers * _TOGETHER + 0.5 * (rows + 1) * _row_flops(size, layers)
    flops = 2.0 * alone + length * step + columns * _COLUMN
    width = layers * _STATES[size.model] * size.hidden
    gradients, matrices = workspace_sizes(size.length, rows * width, _STATES[size.model] * size.hidden**2)
    held = 2.0 * gradients + matrices + 2.0 * rows * width + 6.0 * rows * columns
    return _with_checks(size, layers, flops, held)


def backpropagated_losses(size: Size, layers: int, losses: int, rows: int) -> int:
    """Count the losses that go back for a picture of `rows`: all where that is little work, so that it shows all."""
    is_little = 0.5 * losses * size.length * _row_flops(size, layers) <= _LITTLE
    return losses if is_little else min(rows, losses)


def bias_cost(size: Size, layers: int, losses: int) -> Cost:
    """Estimate the truncated gradients of both kinds at every K, with their checks."""
    windows, length, matrix = min(size.length, MAX_WINDOWS), size.length, float(size.gates * size.hidden**2)
    rows = 0.5 * (losses + 1) + windows
    # Where a single loss goes back, most K have nothing to add at a step.
    sums = 4.0 * windows * matrix + (windows if losses > 1 else 1) * _WINDOW
    flops = _backward(size, layers) + length * (2.0 * layers * _TOGETHER + rows * _row_flops(size, layers) + sums)
    flops += _SUMMED * windows * matrix
    held = _HELD * max(losses, windows) * layers * _entries(size) + 4.5 * windows * matrix
    return _with_checks(size, layers, flops, held)


def _backward(size: Size, layers: int) -> float:
    """Count one whole backward pass of a single gradient."""
    return size.length * (layers * _ALONE[size.model] + _row_flops(size, layers))


def _with_checks(size: Size, layers: int, flops: float, held: float) -> Cost:
    """Add the forward pass, what is recorded of every step, and the forward passes of a difference."""
    forward = forward_cost(size)
    recorded = _RECORDED * size.length * size.gates * size.hidden + _COPIES * size.gates * size.hidden**2
    work = forward.flops * (1 + PASSES) + flops + _backward(size, layers)
    # The slopes of a vanilla RNN are there already; gates are computed for all steps.
    gates = 0.0 if size.model == "rnn" else layers * gate_bytes(replace(size, layers=1))
    # The checks come afterwards: what two more forward passes leave, beside the one that is looked at.
    return Cost(work, max(forward.bytes + gates + _BYTES * (held + recorded + _ROOM), _TRACES * forward.bytes))


def _row_flops(size: Size, layers: int) -> float:
    """Count one gradient one step back through some layers."""
    between = 2.0 * layers - 1.0
    return 2.0 * between * size.gates * size.hidden**2 + _ENTRY * layers * _entries(size)


def _entries(size: Size) -> float:
    """Count the entries of a gradient in one layer: of its state, and of its gates."""
    return float((_STATES[size.model] + size.gates) * size.hidden)
