"""How large an experiment is, before anything is computed."""

from unrolled.core.cost.feedforward import DirectSize
from unrolled.core.cost.recurrent import Size
from unrolled.core.jacobians.graph import Graph
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import network_of


def size_of(experiment: Experiment) -> Size:
    """Give what an estimate of a recurrent network's cost needs; ValueError for a model without recurrence."""
    query = experiment.query
    if not query.state_names:
        raise ValueError(f"{query.model} has no state")
    states = len(query.state_names)
    top = query.layers if query.layer is None else query.layer
    bottom = 1 if query.wrt == "x" else top if query.origin is None else query.origin
    entries = {"h": query.hidden, "c": query.hidden, "s": states * query.hidden, "o": experiment.input_size}
    entries["x"] = experiment.input_size if bottom == 1 else query.hidden
    joint = (top - bottom + 1) * states * query.hidden
    sizes = (query.model, query.length, query.hidden, query.layers, experiment.input_size)
    return Size(*sizes, joint, entries[query.wrt], entries[query.of])


def direct_size_of(experiment: Experiment) -> DirectSize:
    """Give what an estimate of the cost of a model without recurrence needs."""
    query = experiment.query
    receptive_field = {"mlp": 1, "window": min(query.window, query.length)}.get(query.model, query.length)
    key = query.hidden if query.key is None else query.key
    return DirectSize(
        query.model, query.length, query.hidden, query.layers, experiment.input_size, receptive_field, key
    )


def graph_of(experiment: Experiment) -> Graph:
    """Give the graph of what the model reads, from which path lengths are searched."""
    query = experiment.query
    edges = network_of(experiment, experiment.input_size).edges
    return Graph(edges, query.length, min(query.window, query.length), query.truncation)
