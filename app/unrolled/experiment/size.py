"""How large an experiment is, before anything is computed: what its work is counted from, and its graph."""

from math import prod

from unrolled.core.cost.derivative import Size
from unrolled.core.jacobians.graph import Graph
from unrolled.core.networks.network import Network
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import network_of


def size_of(experiment: Experiment) -> Size:
    """Give what the work of an experiment is counted from; what a model is like it asks of the network."""
    query, network = experiment.query, network_of(experiment, experiment.input_size)
    hidden, entering, states = query.hidden, experiment.input_size, len(query.state_names)
    shapes = [shape for shape in network.parameter_shapes().values() if len(shape) > 1]
    top = query.layers if query.layer is None else query.layer
    bottom = 1 if query.wrt == "x" else top if query.origin is None else query.origin
    entries = {"h": hidden, "c": hidden, "s": states * hidden, "o": entering}
    entries["x"] = entering if bottom == 1 else hidden
    pairs = pair_multiply_adds(network)
    return Size(
        length=query.length,
        hidden=hidden,
        layers=network.layers,
        input_size=entering,
        weights=float(sum(map(prod, shapes))),
        gates=max(rows for rows, _ in shapes) / hidden,
        state=(top - bottom + 1) * states * hidden,
        joint=top - bottom + 1,
        width=entries[query.wrt],
        height=entries[query.of],
        reach=query.length if states else _reach(network, query.length),
        # What is mixed has been multiplied by the readout: a pair takes its score, and D numbers instead of H.
        key=max(1, pairs - hidden) if pairs else 0,
    )


def pair_multiply_adds(network: Network) -> int:
    """Count what every pair of steps k ≤ t takes: what is left of two steps after twice a single one."""
    return network.multiply_adds(2) - 2 * network.multiply_adds(1)


def _reach(network: Network, length: int) -> int:
    """Count the inputs that an output without a state reads at most."""
    lags = [edge.last for edge in network.edges]
    return length if None in lags else min(length, 1 + sum(lag or 0 for lag in lags))


def graph_of(experiment: Experiment) -> Graph:
    """Give the graph of what the model reads, from which path lengths are searched."""
    query = experiment.query
    edges = network_of(experiment, experiment.input_size).edges
    return Graph(edges, query.length, min(query.window, query.length), query.truncation)
