"""Live against PyTorch in float64: outputs and all Jacobians of the models without recurrence."""

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.core.feedforward.nets import all_jacobians, network, random_run
from tests.oracle.comparison import SLIP
from unrolled.core.arrays.types import Array
from unrolled.core.feedforward.attention import sinusoids
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.networks.activations import ACTIVATIONS

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return importlib.import_module("tests.oracle.reference")  # PyTorch is not everywhere


def mlp_outputs(reference: ModuleType, net: FeedforwardNetwork, tensors: dict[str, Any], x: Any) -> Any:
    import torch

    window = tensors["weight_l0"].shape[1] // x.shape[1]
    padded = torch.cat([torch.zeros(window - 1, x.shape[1], dtype=x.dtype), x])
    h = torch.cat([padded[window - 1 - lag : len(padded) - lag] for lag in range(window)], dim=1)
    for layer in range(net.layers):
        h = torch.nn.functional.linear(h, tensors[f"weight_l{layer}"], tensors[f"bias_l{layer}"])
        h = reference.FUNCTIONS[net.architecture.activation](h)
    return torch.nn.functional.linear(h, tensors["weight_o"], tensors["bias_o"])


def attention_outputs(net: FeedforwardNetwork, tensors: dict[str, Any], x: Any, positions: Array) -> Any:
    import torch
    from torch.nn.functional import linear, scaled_dot_product_attention

    e = linear(x, tensors["weight_e"], tensors["bias_e"])
    if net.architecture.positions:
        e = e + torch.tensor(positions)
    q, k, v = (linear(e, tensors[f"weight_{name}"], tensors[f"bias_{name}"])[None] for name in "qkv")
    mean = scaled_dot_product_attention(q, k, v, is_causal=True)[0]
    return linear(mean, tensors["weight_o"], tensors["bias_o"])


def compare(net, outputs, large, seed=0, slip=1.0):
    import torch

    parameters, inputs, trace = random_run(net, 11, large=large, seed=seed)
    tensors = {name: torch.tensor(value) for name, value in parameters.items()}
    x = torch.tensor(inputs)
    np.testing.assert_allclose(trace.outputs, outputs(tensors, x).numpy(), rtol=1e-10, atol=1e-12)
    truth = torch.autograd.functional.jacobian(lambda value: outputs(tensors, value), x).numpy().swapaxes(1, 2) / slip
    jacobians = all_jacobians(trace)
    np.testing.assert_allclose(jacobians, truth, rtol=1e-10, atol=1e-10 * np.abs(truth).max())
    assert jacobians[np.tril_indices(11)].any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("model", "layers"), [("mlp", 1), ("mlp", 3), ("window", 1), ("window", 2)])
@pytest.mark.parametrize("large", [0.3, 1.0, 6.0])
def test_mlps_are_those_of_pytorch(reference, activation, model, layers, large):
    net = network(model, 3, activation, layers)
    slip = SLIP.get(activation, 1.0) ** layers
    compare(net, lambda tensors, x: mlp_outputs(reference, net, tensors, x), large, slip=slip)


@pytest.mark.parametrize("positions", [False, True])
@pytest.mark.parametrize("key", [1, 3, 6, 9])
@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("large", [0.3, 1.0, 4.0])
def test_attention_is_that_of_pytorch(positions, key, size, large):
    net = network("attention", size, key_size=key, positions=positions)
    compare(net, lambda tensors, x: attention_outputs(net, tensors, x, sinusoids(len(x), 6)), large)
