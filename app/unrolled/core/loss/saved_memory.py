"""What a backward pass takes: the arrays saved for it, and its operations, whole or truncated."""

import numpy as np

from unrolled.core.arrays.types import Steps
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.network import Trace
from unrolled.core.networks.rnn import RNNTrace

_FLOAT_BYTES = 8


def saved_arrays(layer: LayerTrace) -> tuple[str, ...]:
    """Name the arrays of a forward pass, attributes of its trace, that its backward pass reads, one row a step.

    Gates and their slopes follow from the pre-activations; of a GRU whose reset gate stands before the matrix, what
    that gate multiplies is the state itself.
    """
    if isinstance(layer, RNNTrace):
        return ("h", "slope")
    if isinstance(layer, LSTMTrace):
        return ("a", "states")
    if isinstance(layer, GRUTrace):
        return ("a", "h") if layer.reset == "before" else ("a", "h", "q")
    raise TypeError(f"Which arrays a {type(layer).__name__} saves for its backward pass is not known.")


def saved_bytes(trace: Trace) -> int:
    """Count the bytes that one step of the forward pass saves for the backward pass, all layers and the input."""
    numbers = sum(getattr(layer, name).shape[1] for layer in trace.layers for name in saved_arrays(layer))
    return _FLOAT_BYTES * (numbers + trace.inputs.shape[1])


def step_flops(trace: Trace) -> float:
    """Count the operations that take the gradient of all layers one step back, for all their matrices.

    A matrix of n entries takes 2n for the gradient of what it multiplies and 2n for its own. What is done entry by
    entry is left out: it is little beside a matrix.
    """
    return 4.0 * sum(layer.weights.weight_hh.size + layer.weights.weight_ih.size for layer in trace.layers)


def backward_steps(kind: str, window: int, losses: Steps) -> int:
    """Count how often a gradient is taken one step back, for losses at rising 1-based steps (n,).

    Whole ("none") and chunked, the losses go back together and no step is passed twice. Sliding, every loss goes back
    its own K steps.
    """
    if not len(losses):
        return 0
    if kind == "none":
        return int(losses[-1])
    if kind == "sliding":
        return int(np.minimum(losses, window).sum())
    # In each chunk the losses go back together, from the last of them to the chunk's first step.
    last = np.append((losses[1:] - 1) // window != (losses[:-1] - 1) // window, True)
    return int(((losses[last] - 1) % window + 1).sum())
