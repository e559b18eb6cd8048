"""Asking a view without a server, and the same numbers by plain loops."""

import base64

import numpy as np

from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


def experiment(**fields):
    """Make a problem of a query."""
    return Experiment(Query.build(fields))


def ask(view, network=None, **fields):
    """Compute the answer of one view."""
    return VIEWS[view].compute(network or experiment(**fields), Memo(2**26))


def answer(view, network=None, **fields):
    """Give the payload of one view."""
    return ask(view, network, **fields).payload()


def drawn(view, network=None, **fields):
    """Give the figure of one view."""
    return VIEWS[view].figure(ask(view, network, **fields))


def products(network):
    """Multiply every ∂h_t/∂h_k the slow and obvious way, from the parameters alone."""
    made = run(network, Memo(2**26))
    parameters, activation = made.parameters, ACTIVATIONS[network.query.activation]
    weight = parameters["weight_hh_l0"]
    state, factors = np.zeros(len(weight)), []
    for given in made.sequence.inputs:
        a = parameters["weight_ih_l0"] @ given + parameters["bias_ih_l0"] + weight @ state + parameters["bias_hh_l0"]
        state = activation.function(a)
        factors.append(np.diag(activation.derivative(a)) @ weight)
    found = {}
    for k in range(1, len(factors) + 1):
        found[k, k] = matrix = np.eye(len(weight))
        for t in range(k + 1, len(factors) + 1):
            found[t, k] = matrix = factors[t - 1] @ matrix
    return found


def size(matrix, norm):
    """Measure a matrix as the query's norm says."""
    return np.linalg.norm(matrix, 2 if norm == "spectral" else "fro")


def own(weight, *, length=6, activation="identity", **more):
    """Make a problem of somebody's own recurrent matrix, silent input, no biases."""
    weight = np.asarray(weight, dtype=float)
    weights = {"weight_ih_l0": [[1.0]] * len(weight), "weight_hh_l0": weight.tolist()}
    return Experiment.of_arrays({"activation": activation, **more}, weights, [[0.0]] * length, None)


def unpacked(spec):
    """Read an array out of a figure, be it base64 of a typed array or a list."""
    if not isinstance(spec, dict):
        return np.array(spec)
    flat = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=spec["dtype"])
    return flat.reshape([int(size) for size in spec["shape"].split(",")]) if "shape" in spec else flat
