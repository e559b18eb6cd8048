"""How much work the gradient of a loss is: taken back for many losses at once, truncated at many K, and checked.

In the units of `cost.recurrent`. What the calls around a product take was fitted on one core at H = 16 … 256, step by
step; where several steps are taken together it is too much, up to three times.
"""

from dataclasses import replace

from unrolled.core.checks.loss import PASSES
from unrolled.core.cost.recurrent import Cost, Size, forward_cost, gate_bytes
from unrolled.core.loss.credit_sweep import workspace_sizes
from unrolled.core.loss.truncation_bias import MAX_WINDOWS

_BYTES, _STATES = 8, {"rnn": 1, "gru": 1, "lstm": 2}
# Calls of one step: of one layer alone and of many rows, where a column is written down, and of every K.
_ALONE, _TOGETHER, _COLUMN, _WINDOW = {"rnn": 6e5, "gru": 1e6, "lstm": 1e6}, 8e5, 9e5, 2e5
# A pass over one entry of a row, and all passes over one entry of the gradients of all K.
_ENTRY, _SUMMED = 25.0, 1200.0
# A tenth of a second.
_LITTLE = 4e9
# Memory, in numbers an entry: of rows that are under way, what is written down of every step, copies of a matrix.
_HELD, _WRITTEN, _COPIES, _ROOM, _TRACES = 3.0, 5.0, 8.0, 2.0**15, 2.3


def credit_cost(size: Size, layers: int, rows: int, columns: int) -> Cost:
    """Estimate the credit of some losses at some steps, with its checks.

    Parameters
    ----------
    size : Size
        How large the network is.
    layers : int
        How many layers the gradient goes through.
    rows, columns : int
        Losses and steps that are shown.

    Returns
    -------
    Cost
        The estimate.
    """
    alone, length = _backward(size, layers), size.length
    step = layers * _TOGETHER + 0.5 * (rows + 1) * _row_flops(size, layers)
    flops = 2.0 * alone + length * step + columns * _COLUMN
    width = layers * _STATES[size.model] * size.hidden
    gradients, matrices = workspace_sizes(size.length, rows * width, _STATES[size.model] * size.hidden**2)
    held = 2.0 * gradients + matrices + 2.0 * rows * width + 6.0 * rows * columns
    return _checked(size, layers, flops, held)


def backpropagated_losses(size: Size, layers: int, losses: int, rows: int) -> int:
    """Tell how many losses go back for a picture: all of them where that is little work, so that it speaks of all.

    Parameters
    ----------
    size, layers
        As `credit_cost`.
    losses, rows : int
        How many there are, and how many are shown.

    Returns
    -------
    int
        All, or those that are shown.
    """
    is_little = 0.5 * losses * size.length * _row_flops(size, layers) <= _LITTLE
    return losses if is_little else min(rows, losses)


def bias_cost(size: Size, layers: int, losses: int) -> Cost:
    """Estimate the truncated gradients of both kinds at every K, with their checks.

    Parameters
    ----------
    size : Size
        How large the network is.
    layers : int
        How many layers the gradient goes through.
    losses : int
        How many losses there are.

    Returns
    -------
    Cost
        The estimate.
    """
    windows, length, matrix = min(size.length, MAX_WINDOWS), size.length, float(size.gates * size.hidden**2)
    rows = 0.5 * (losses + 1) + windows
    # Where a single loss goes back, most K have nothing to add at a step.
    sums = 4.0 * windows * matrix + (windows if losses > 1 else 1) * _WINDOW
    flops = _backward(size, layers) + length * (2.0 * layers * _TOGETHER + rows * _row_flops(size, layers) + sums)
    flops += _SUMMED * windows * matrix
    held = _HELD * max(losses, windows) * layers * _entries(size) + 4.5 * windows * matrix
    return _checked(size, layers, flops, held)


def _backward(size: Size, layers: int) -> float:
    """Count one whole backward pass of a single row."""
    return size.length * (layers * _ALONE[size.model] + _row_flops(size, layers))


def _checked(size: Size, layers: int, flops: float, held: float) -> Cost:
    """Add the forward pass, what is written down of every step, and the forward passes of a difference."""
    forward = forward_cost(size)
    written = _WRITTEN * size.length * size.gates * size.hidden + _COPIES * size.gates * size.hidden**2
    work = forward.flops * (1 + PASSES) + flops + _backward(size, layers)
    # The slopes of a vanilla RNN are there already; gates are opened for all steps.
    opened = 0.0 if size.model == "rnn" else layers * gate_bytes(replace(size, layers=1))
    # The checks come afterwards: what two more forward passes leave, beside the one that is looked at.
    return Cost(work, max(forward.bytes + opened + _BYTES * (held + written + _ROOM), _TRACES * forward.bytes))


def _row_flops(size: Size, layers: int) -> float:
    """Count one row taken one step back through some layers."""
    between = 2.0 * layers - 1.0
    return 2.0 * between * size.gates * size.hidden**2 + _ENTRY * layers * _entries(size)


def _entries(size: Size) -> float:
    """Count the entries of a row in one layer: of its state, and of its gates."""
    return float((_STATES[size.model] + size.gates) * size.hidden)
