"""The sizes of the view `paths` against PyTorch in float64: its own modules, or its functions, and autograd."""

from typing import Any

import numpy as np
import pytest

from tests.views.answers import answer, experiment, size
from unrolled.core.models import MODELS
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo
from unrolled.views.paths.measure import experiment_of

pytestmark = pytest.mark.oracle

CASES = [
    {"length": 30, "hidden": 8, "window": 6},
    {"length": 18, "hidden": 5, "window": 4, "layers": 3, "input": "text", "norm": "frobenius", "key": 3},
    {"length": 40, "hidden": 12, "input": "sunspots", "forget_bias": 3.0, "gain": 1.5, "init": "orthogonal"},
]


def recurrent(question, x):
    """Give o_T of ``torch.nn.RNN``, ``LSTM`` or ``GRU`` with a linear readout."""
    import torch

    query, result = question.query, run(question, Memo(2**26))
    if query.model == "mingru":
        return torch.nn.functional.linear(_mingru(result.parameters, query.layers, x), *_readout(result))
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    net = kinds[query.model](x.shape[1], query.hidden, query.layers, dtype=torch.float64)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in result.parameters.items()})
    return torch.nn.functional.linear(net(x)[0][-1], *_readout(result))


def _readout(result):
    import torch

    return torch.from_numpy(result.readout.weight), torch.from_numpy(result.readout.bias)


def _mingru(parameters, layers, x):
    """Give h_T of the paper's equations, which ``torch.nn`` has not."""
    import torch
    from torch.nn.functional import linear

    for layer in range(layers):
        w = {name: torch.from_numpy(parameters[f"{name}_l{layer}"]) for name in ("weight_ih", "bias_ih", "bias_hh")}
        gates, candidates = linear(x, w["weight_ih"], w["bias_ih"] + w["bias_hh"]).chunk(2, dim=1)
        h, states = torch.zeros(gates.shape[1], dtype=torch.float64), []
        for z, candidate in zip(torch.sigmoid(gates), candidates, strict=True):
            h = (1 - z) * h + z * candidate
            states.append(h)
        x = torch.stack(states)
    return x[-1]


def without_recurrence(question, x):
    """Give o_T of an MLP over the last inputs, or of causal attention."""
    import torch
    from torch.nn.functional import linear, pad, scaled_dot_product_attention

    query = question.query
    result: Any = run(question, Memo(2**26)).trace
    tensors = {name: torch.from_numpy(value) for name, value in result.parameters.items()}
    if query.model == "attention":
        e = linear(x, tensors["weight_e"], tensors["bias_e"])
        q, k, v = (linear(e, tensors[f"weight_{name}"], tensors[f"bias_{name}"])[None] for name in "qkv")
        mixed = scaled_dot_product_attention(q, k, v, is_causal=True)[0, -1]
        return linear(mixed, tensors["weight_o"], tensors["bias_o"])
    reads = query.window if query.model == "window" else 1
    h = pad(x, (0, 0, reads, 0))[-reads:].flip(0).reshape(-1)
    for layer in range(query.layers):
        h = torch.tanh(linear(h, tensors[f"weight_l{layer}"], tensors[f"bias_l{layer}"]))
    return linear(h, tensors["weight_o"], tensors["bias_o"])


@pytest.mark.parametrize("fields", CASES, ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_every_size_is_that_of_pytorch(name, fields):
    import torch

    question = experiment_of(experiment(**fields), name)
    x = torch.from_numpy(np.array(sequence_of(question, Memo(2**26)).inputs))
    output = without_recurrence if not question.query.state_names else recurrent
    truth = torch.autograd.functional.jacobian(lambda inputs: output(question, inputs), x).numpy().swapaxes(0, 1)
    result = answer("paths", **fields)
    (curve,) = (row for row in result["curves"] if row["name"] == name)
    count = 0
    for lag, path, log10 in zip(result["lag"], curve["path_length"], curve["log10_norm"], strict=True):
        expected = size(truth[result["t"] - 1 - lag], question.query.norm)
        assert (expected == 0.0) == (path is None) == (log10 is None)
        if path is not None:
            assert log10 == pytest.approx(np.log10(expected), abs=1e-9)
            count += 1
    assert count == {"mlp": 1, "window": question.query.window}.get(name, result["t"])
