"""The last output of every model written out for HIPS autograd, which knows nothing of our Jacobians."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo


def last_output(network: Experiment) -> Callable[[Any], Any]:
    """Return o_T as a function of the whole sequence (T, D), with the parameters of an experiment."""
    query = network.query
    if not query.state_names:
        trace: Any = run(network, Memo(2**26)).trace
        one = _attended if query.model == "attention" else _windowed
        return lambda xs: one(trace.parameters, xs, query.window if query.model == "window" else 1)
    forward = run(network, Memo(2**26))
    step = {"rnn": _rnn, "lstm": _lstm, "gru": _gru, "mingru": _mingru}[query.model]

    def output(xs: Any) -> Any:
        for layer in range(query.layers):
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            w = [forward.parameters.get(f"{name}_l{layer}") for name in names]
            state, hidden_states = (anp.zeros(query.hidden), anp.zeros(query.hidden)), []
            for x in xs:
                state = step(w, x, *state)
                hidden_states.append(state[0])
            xs = hidden_states
        return anp.dot(forward.readout.weight, xs[-1]) + forward.readout.bias

    return output


def _sigma(a: Any) -> Any:
    return 1.0 / (1.0 + anp.exp(-a))


def _rnn(w: Any, x: Any, h: Any, c: Any) -> Any:
    return anp.tanh(anp.dot(w[0], x) + w[2] + anp.dot(w[1], h) + w[3]), c


def _lstm(w: Any, x: Any, h: Any, c: Any) -> Any:
    i, f, g, o = anp.split(anp.dot(w[0], x) + w[2] + anp.dot(w[1], h) + w[3], 4)
    c = _sigma(f) * c + _sigma(i) * anp.tanh(g)
    return _sigma(o) * anp.tanh(c), c


def _gru(w: Any, x: Any, h: Any, c: Any) -> Any:
    (ar, az, an), (br, bz, bn) = (anp.split(anp.dot(w[i], v) + w[i + 2], 3) for i, v in ((0, x), (1, h)))
    z = _sigma(az + bz)
    return (1 - z) * anp.tanh(an + _sigma(ar + br) * bn) + z * h, c


def _mingru(w: Any, x: Any, h: Any, c: Any) -> Any:
    az, candidate = anp.split(anp.dot(w[0], x) + w[2] + w[3], 2)
    z = _sigma(az)
    return (1 - z) * h + z * candidate, c


def _windowed(parameters: Any, xs: Any, window: int) -> Any:
    padded = anp.concatenate([anp.zeros((window, xs.shape[1])), xs])
    h = anp.concatenate([padded[len(padded) - 1 - lag] for lag in range(window)])
    for layer in range(sum(name.startswith("weight_l") for name in parameters)):
        h = anp.tanh(anp.dot(parameters[f"weight_l{layer}"], h) + parameters[f"bias_l{layer}"])
    return anp.dot(parameters["weight_o"], h) + parameters["bias_o"]


def _attended(parameters: Any, xs: Any, _: int) -> Any:
    e = anp.dot(xs, parameters["weight_e"].T) + parameters["bias_e"]
    q, k, v = (anp.dot(e, parameters[f"weight_{name}"].T) + parameters[f"bias_{name}"] for name in "qkv")
    scores = anp.exp(anp.dot(k, q[-1]) / anp.sqrt(k.shape[1]))
    return anp.dot(parameters["weight_o"], anp.dot(scores / anp.sum(scores), v)) + parameters["bias_o"]
