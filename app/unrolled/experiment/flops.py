"""What a network costs to train: its parameters, and the operations of one pass forwards and backwards."""

from math import prod

from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import network_of
from unrolled.query.query import Query


def parameter_count(experiment: Experiment) -> int:
    """Count all entries of the network's matrices and biases, and of the readout of the next input."""
    return sum(prod(shape) for shape in _shapes(experiment))


def training_flops(experiment: Experiment) -> float:
    """Count the operations of one pass forwards and backwards over the sequence, for all losses together.

    A matrix of n entries takes 2n operations a step forwards and 4n backwards: 2n for the gradient of what entered it,
    2n for its own. Attention adds its scores and mixtures, 2(d_k + H) operations a pair of steps forwards and twice as
    many backwards. What is done entry by entry (activations, gates, softmax) is left out: it is little beside a matrix.
    A chunked truncation goes every step back once, as the whole pass does; a sliding one goes back min(t, K) steps from
    each loss t.
    """
    query = experiment.query
    entries = float(sum(prod(shape) for shape in _shapes(experiment) if len(shape) > 1))
    read = float(query.hidden * experiment.input_size)
    passes = 6.0 * query.length
    if not query.state_names:
        return passes * entries + 3.0 * _paired(query)
    steps = Truncation("sliding", query.window).pairs(query.length) if query.truncation == "sliding" else query.length
    back = 4.0 * steps
    return 2.0 * query.length * (entries - read) + back * (entries - read) + passes * read


def _shapes(experiment: Experiment) -> list[tuple[int, ...]]:
    """Give the shapes of all parameters, those of the readout included."""
    query, width = experiment.query, experiment.input_size
    shapes = list(network_of(experiment, width).parameter_shapes().values())
    if not query.state_names:
        return shapes
    readout = [(width, query.hidden), (width,)]
    return [*shapes, *readout]


def _paired(query: Query) -> float:
    """Count what attention does forwards for all pairs of steps k ≤ t."""
    if query.model != "attention":
        return 0.0
    key = query.hidden if query.key is None else query.key
    return float(query.length * (query.length + 1) * (key + query.hidden))
