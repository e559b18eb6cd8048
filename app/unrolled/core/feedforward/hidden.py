"""What a model has made of the sequence at each step, before its output layer: what a reader of it could still know."""

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.feedforward.attention import AttentionTrace, sinusoids
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.core.feedforward.trace import DirectTrace


def hidden_of(trace: DirectTrace) -> Array:
    """Give the last hidden layer of a model without recurrence, what its output is linear in.

    Parameters
    ----------
    trace : DirectTrace
        The forward pass.

    Returns
    -------
    array of shape (T, H)
        φ(a_t) of an MLP; the mean value Σ_j α_tj v_j of attention.

    Raises
    ------
    TypeError
        For a model that is neither.
    """
    if isinstance(trace, MLPTrace):
        return trace.activation.function(trace.a[-1])
    if isinstance(trace, AttentionTrace):
        return _mixed(trace)
    raise TypeError(f"{type(trace).__name__} has no hidden layer")


def _mixed(trace: AttentionTrace) -> Array:
    name = trace.parameters
    embedded = trace.inputs @ name["weight_e"].T + name["bias_e"]
    if trace.positions:
        embedded += sinusoids(*embedded.shape)
    values = embedded @ name["weight_v"].T
    return np.stack([np.exp(trace.log_weights(t)) @ values[:t] for t in range(1, len(values) + 1)])


def last_inputs(inputs: Array, window: int) -> Array:
    """Lay the last inputs of each step side by side, zeros before the first.

    Parameters
    ----------
    inputs : array of shape (T, D)
        The sequence.
    window : int
        K.

    Returns
    -------
    array of shape (T, K·D)
        u_t = [x_t; x_{t−1}; …; x_{t−K+1}].
    """
    padded = np.concatenate([np.zeros((window - 1, inputs.shape[1])), inputs])
    length = len(inputs)
    return np.concatenate([padded[window - 1 - lag : window - 1 - lag + length] for lag in range(window)], axis=1)
