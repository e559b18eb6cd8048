"""What a network costs to train: its parameters, and the operations of one pass forwards and backwards."""

from math import prod

from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import network_of
from unrolled.experiment.size import pair_multiply_adds


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
    query, network = experiment.query, network_of(experiment, experiment.input_size)
    length = query.length
    entries = float(sum(prod(shape) for shape in _shapes(experiment) if len(shape) > 1))
    read = float(query.hidden * experiment.input_size)
    is_sliding = query.truncation == "sliding" and query.state_names
    back = 4.0 * (Truncation("sliding", query.window).pairs(length) if is_sliding else length)
    weighed = float(length * (length + 1) * pair_multiply_adds(network))
    return 2.0 * length * (entries - read) + back * (entries - read) + 6.0 * length * read + 3.0 * weighed


def _shapes(experiment: Experiment) -> list[tuple[int, ...]]:
    """Give the shapes of all parameters, those of the readout included, which a state has beside its network."""
    query, width = experiment.query, experiment.input_size
    readout = [(width, query.hidden), (width,)] if query.state_names else []
    return [*network_of(experiment, width).parameter_shapes().values(), *readout]
