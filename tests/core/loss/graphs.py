"""Loss graphs of small random networks, for the tests of losses and their checks."""

import numpy as np

from tests.core.nets import Architecture, run
from unrolled.core.arrays.types import Array
from unrolled.core.loss.credit import Credit, credit
from unrolled.core.loss.gradient import LossGraph, loss_graph
from unrolled.core.loss.lag_sums import truncated_gradient
from unrolled.core.loss.losses import next_targets
from unrolled.core.networks.weights import Readout


def graph_of(
    architecture: Architecture | None = None, *, layer: int | None = None, loss: str = "sum", **drawn
) -> LossGraph:
    """Give the graph from a layer up to the losses of a random readout; the rest as `run`."""
    trace = run(architecture or Architecture("rnn"), drawn.pop("length", 12), **drawn)
    rng, hidden, features = np.random.default_rng(9), trace.layers[-1].hidden_size, int(trace.inputs.shape[1])
    readout = Readout(rng.standard_normal((features, hidden)), rng.standard_normal((features,)))
    return loss_graph(trace, readout, next_targets(trace.inputs).for_loss(loss), layer)


def full_credit(graph: LossGraph) -> Credit:
    """Give the credit of every loss at every step."""
    return credit(graph, graph.steps, np.arange(1, graph.trace.length + 1))


def sliding_gradient(graph: LossGraph, window: int, exponent: int = 0) -> Array:
    """Give the gradient of W_hh of losses that reach K steps back, divided by 2^exponent."""
    return truncated_gradient(graph, lambda t, k: t >= k, window, exponent)
