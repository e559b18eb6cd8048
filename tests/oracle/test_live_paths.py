"""The sizes of the view `paths` against PyTorch in float64: its own modules, or its functions, and autograd."""

from typing import Any

import numpy as np
import pytest

from tests.views.asking import answer, experiment, size
from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import direct_run, run
from unrolled.runtime.memo import Memo
from unrolled.views.paths.measure import experiment_of

pytestmark = pytest.mark.oracle

CASES = [
    {"length": 30, "hidden": 8, "window": 6},
    {"length": 18, "hidden": 5, "window": 4, "layers": 3, "input": "text", "norm": "frobenius", "key": 3},
    {"length": 40, "hidden": 12, "input": "sunspots", "forget_bias": 3.0, "gain": 1.5, "init": "orthogonal"},
]


def recurrent(asked, x):
    """Give o_T of ``torch.nn.RNN``, ``LSTM`` or ``GRU`` with a linear readout."""
    import torch

    query, made = asked.query, run(asked, Memo(2**26))
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    net = kinds[query.model](x.shape[1], query.hidden, query.layers, dtype=torch.float64)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in made.parameters.items()})
    weight, bias = torch.from_numpy(made.readout.weight), torch.from_numpy(made.readout.bias)
    return torch.nn.functional.linear(net(x)[0][-1], weight, bias)


def without_recurrence(asked, x):
    """Give o_T of an MLP over the last inputs, or of causal attention."""
    import torch
    from torch.nn.functional import linear, pad, scaled_dot_product_attention

    query = asked.query
    made: Any = direct_run(asked, Memo(2**26))
    given = {name: torch.from_numpy(each) for name, each in made.parameters.items()}
    if query.model == "attention":
        e = linear(x, given["weight_e"], given["bias_e"])
        q, k, v = (linear(e, given[f"weight_{name}"], given[f"bias_{name}"])[None] for name in "qkv")
        mixed = scaled_dot_product_attention(q, k, v, is_causal=True)[0, -1]
        return linear(mixed, given["weight_o"], given["bias_o"])
    reads = query.window if query.model == "window" else 1
    h = pad(x, (0, 0, reads, 0))[-reads:].flip(0).reshape(-1)
    for layer in range(query.layers):
        h = torch.tanh(linear(h, given[f"weight_l{layer}"], given[f"bias_l{layer}"]))
    return linear(h, given["weight_o"], given["bias_o"])


@pytest.mark.parametrize("fields", CASES, ids=str)
@pytest.mark.parametrize("name", EVERY_MODEL)
def test_every_size_is_that_of_pytorch(name, fields):
    import torch

    asked = experiment_of(experiment(**fields), name)
    x = torch.from_numpy(np.array(sequence_of(asked, Memo(2**26)).inputs))
    output = without_recurrence if asked.query.is_direct else recurrent
    truth = torch.autograd.functional.jacobian(lambda each: output(asked, each), x).numpy().swapaxes(0, 1)
    found = answer("paths", **fields)
    (curve,) = (each for each in found["curves"] if each["name"] == name)
    met = 0
    for lag, path, log10 in zip(found["lag"], curve["path_length"], curve["log10_norm"], strict=True):
        expected = size(truth[found["t"] - 1 - lag], asked.query.norm)
        assert (expected == 0.0) == (path is None) == (log10 is None)
        if path is not None:
            assert log10 == pytest.approx(np.log10(expected), abs=1e-9)
            met += 1
    assert met == {"mlp": 1, "window": asked.query.window}.get(name, found["t"])
