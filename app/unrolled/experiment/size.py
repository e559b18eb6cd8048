"""How large a problem is, before anything is computed."""

from unrolled.core.cost.feedforward import DirectSize
from unrolled.core.cost.recurrent import Size
from unrolled.core.jacobians.graph import Graph
from unrolled.experiment.experiment import Experiment


def size_of(experiment: Experiment) -> Size:
    """Tell how large a problem is, before anything is computed.

    Parameters
    ----------
    problem : Experiment
        The network and the derivative through it.

    Returns
    -------
    Size
        What an estimate of its cost needs.

    Raises
    ------
    ValueError
        For a model without recurrence: see `direct_size_of`.
    """
    query = experiment.query
    if query.is_direct:
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
    """Tell how large a problem without recurrence is.

    Parameters
    ----------
    problem : Experiment
        The model.

    Returns
    -------
    DirectSize
        What an estimate of its cost needs.
    """
    query = experiment.query
    receptive_field = {"mlp": 1, "window": min(query.window, query.length)}.get(query.model, query.length)
    key = query.hidden if query.key is None else query.key
    return DirectSize(
        query.model, query.length, query.hidden, query.layers, experiment.input_size, receptive_field, key
    )


def graph_of(experiment: Experiment) -> Graph:
    """Give the graph of what a problem's model reads, from which path lengths are searched.

    Parameters
    ----------
    problem : Experiment
        Model, length, layers, window and truncation.

    Returns
    -------
    Graph
        The graph.
    """
    query = experiment.query
    return Graph(query.model, query.length, query.layers, min(query.window, query.length), query.truncation)
