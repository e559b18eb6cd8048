"""What a backward pass takes: the arrays saved for it, and its operations, whole or truncated."""

import numpy as np

from unrolled.core.arrays.types import Steps
from unrolled.core.networks.network import Trace

_FLOAT_BYTES = 8


def saved_bytes(trace: Trace) -> int:
    """Count the bytes that one step of the forward pass saves for the backward pass, all layers and the input."""
    numbers = sum(getattr(layer, name).shape[1] for layer in trace.layers for name in layer.saved_arrays)
    return _FLOAT_BYTES * (numbers + trace.inputs.shape[1])


def step_flops(trace: Trace) -> float:
    """Count the operations that take the gradient of all layers one step back, for all their matrices.

    A matrix of n entries takes 2n for the gradient of what it multiplies and 2n for its own. What is done entry by
    entry is left out: it is little beside a matrix.
    """
    return 4.0 * sum(layer.weights.weight_hh.size + layer.weights.weight_ih.size for layer in trace.layers)


def backward_steps(kind: str, window: int, losses: Steps, cut: int = 0) -> int:
    """Count how often a gradient is taken one step back, for losses at rising 1-based steps (n,).

    Whole ("none") and chunked, the losses go back together and no step is passed twice; chunks end K steps apart, at
    step `cut` for one. Sliding, every loss goes back its own K steps.
    """
    if not len(losses):
        return 0
    if kind == "none" or (kind == "chunked" and len(losses) == losses[-1]):
        return int(losses[-1])
    if kind == "sliding":
        return int(np.minimum(losses, window).sum())
    # In each chunk the losses go back together, from the last of them to the chunk's first step.
    last = losses[np.append((losses[1:] - 1 - cut) // window != (losses[:-1] - 1 - cut) // window, True)]
    return int(np.minimum((last - 1 - cut) % window + 1, last).sum())
