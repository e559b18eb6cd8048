"""Answers of views without a server, and the same numbers by plain loops."""

import base64

import numpy as np

from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


def experiment(**fields):
    """Build the experiment of a query."""
    return Experiment(Query.build(fields))


def result_of(view, network=None, **fields):
    """Compute the answer of one view, which sees its own fields alone, as in the server."""
    asked = network or experiment(**fields)
    return VIEWS[view].compute(asked.seeing(VIEWS[view].reads(asked.query.model)), Memo(2**26))


def answer(view, network=None, **fields):
    """Compute the payload of one view."""
    return result_of(view, network, **fields).payload()


def figure_of(view, network=None, **fields):
    """Draw the figure of one view."""
    return VIEWS[view].figure(result_of(view, network, **fields))


def products(network):
    """Multiply every ∂h_t/∂h_k out by plain loops, from the parameters alone."""
    forward_run = run(network, Memo(2**26))
    parameters, activation = forward_run.parameters, ACTIVATIONS[network.query.activation]
    weight = parameters["weight_hh_l0"]
    state, factors = np.zeros(len(weight)), []
    for x in forward_run.sequence.inputs:
        a = parameters["weight_ih_l0"] @ x + parameters["bias_ih_l0"] + weight @ state + parameters["bias_hh_l0"]
        state = activation.function(a)
        factors.append(np.diag(activation.derivative(a)) @ weight)
    products_by_ends = {}
    for k in range(1, len(factors) + 1):
        products_by_ends[k, k] = matrix = np.eye(len(weight))
        for t in range(k + 1, len(factors) + 1):
            products_by_ends[t, k] = matrix = factors[t - 1] @ matrix
    return products_by_ends


def size(matrix, norm):
    """Measure a matrix as the query's norm says."""
    return np.linalg.norm(matrix, 2 if norm == "spectral" else "fro")


def own(weight, *, length=6, activation="identity", **more):
    """Build the experiment of a given recurrent matrix, with zero input and no biases."""
    weight = np.asarray(weight, dtype=float)
    weights = {"weight_ih_l0": [[1.0]] * len(weight), "weight_hh_l0": weight.tolist()}
    return Experiment.of_arrays({"activation": activation, **more}, weights, [[0.0]] * length, None)


def unpacked(spec):
    """Read an array out of a figure, be it base64 of a typed array or a list."""
    if not isinstance(spec, dict):
        return np.array(spec)
    flat = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=spec["dtype"])
    return flat.reshape([int(size) for size in spec["shape"].split(",")]) if "shape" in spec else flat
