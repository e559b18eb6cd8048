"""Gates written out, to hold those of the layers against."""

import numpy as np


def sigma(x):
    return 1 / (1 + np.exp(-x))


def gate_inputs(layer, inputs):
    """Compute pre-activations of gates that feel nothing but the input."""
    return inputs @ layer.weights.weight_ih.T + layer.weights.bias_ih + layer.weights.bias_hh
