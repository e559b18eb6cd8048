"""What every view begins with, computed once: the sequence, the forward pass over it, and the derivative through it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, cast

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds, layer_bounds
from unrolled.core.checks.laws import Check
from unrolled.core.cost.derivative import Size
from unrolled.core.data.sequences import Sequence, make_sequence, permute
from unrolled.core.derivatives.derivative import Derivative
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.jacobians.graph import Graph
from unrolled.core.model import Selection
from unrolled.core.models import MODELS
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import ForwardPass, Network, Trace
from unrolled.core.networks.weights import Readout, draw_readout
from unrolled.experiment.experiment import CHAIN_FIELDS, NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.query.entry import READS
from unrolled.query.fields import under
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo

_VISIBLE = {" ": "␣", "\t": "⇥", "\n": "⏎", "\r": "⏎", "\r\n": "⏎"}
_SEQUENCE_FIELDS = under(READS) | {"seed"}
_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."
_DRAWN_READOUT = "The readout Wₕₒ is no part of your weights: it is drawn from the seed."
_GATED = "The gates of this {label} have sigmoid and tanh built in: activation does not change it."
_BUILT_IN = "This {label} has its activations built in: activation does not change it."
_SINGLE = "Attention stands here by itself, one head in one layer: activation and layers do not count."
_NO_SQUARE_MATRIX = "With one hidden layer no square matrix is drawn: init and gain do not count."
_NOTHING_TO_CREDIT = "{Model} has no recurrent matrix to credit: loss and tolerance do not count."
_OWN_BIASES = "Here the weights are your own: forget_bias and chrono do not count."
_NO_RECURRENT_MATRIX = "{Model} has no recurrent matrix: gain does not count."
_NO_GATE = "Here {model} has no gate to keep the past: forget_bias and chrono do not count."


@dataclass(frozen=True)
class Run:
    """One forward pass and everything it was made from: parameters by name, φ where one can be chosen."""

    network: Network
    trace: ForwardPass
    sequence: Sequence
    parameters: Mapping[str, Array]
    activation: Activation
    readout: Readout

    @property
    def stack(self) -> Trace:
        """The forward pass of a recurrent network, layer by layer."""
        return cast("Trace", self.trace)


def generators(query: Query) -> tuple[Generator, Generator, Generator, Generator]:
    """Make the generators of weights, of inputs, of the readout and of the order: changing one changes no other."""
    weights, inputs, readout, order = np.random.default_rng(query.seed).spawn(4)
    return weights, inputs, readout, order


def sequence_of(experiment: Experiment, memo: Memo) -> Sequence:
    """Make the sequence of an experiment, once: in its order, with labels that can be seen (a space is ␣) and notes."""
    return remembered("sequence", _SEQUENCE_FIELDS, _sequence, experiment, memo)


def _sequence(experiment: Experiment, memo: Memo) -> Sequence:
    del memo
    query = experiment.query
    _, rng, _, order = generators(query)
    sequence = _own(experiment.inputs)
    if sequence is None:
        sequence = make_sequence(
            query.input,
            query.length,
            rng=rng,
            amplitude=query.amplitude,
            characters=experiment.characters if query.input == "text" else (),
            series=query.series,
            frame=query.frame,
            features=query.features,
            recording=experiment.recording,
        )
    sequence = permute(sequence, query.order, order)
    return replace(sequence, labels=tuple(_VISIBLE.get(label, label) for label in sequence.labels))


def _own(inputs: Array | None) -> Sequence | None:
    if inputs is None:
        return None
    return Sequence(inputs, tuple(map(str, range(1, len(inputs) + 1))), ())


def run(experiment: Experiment, memo: Memo) -> Run:
    """Run a network, once. Raises Overflow when a state or an output leaves float64."""
    return remembered("run", NETWORK_FIELDS, _run, experiment, memo)


def _run(experiment: Experiment, memo: Memo) -> Run:
    query, sequence = experiment.query, sequence_of(experiment, memo)
    weights_rng, _, readout_rng, _ = generators(query)
    network = network_of(experiment, sequence.inputs.shape[1])
    memory = MemoryBias(query.forget_bias, query.chrono)
    parameters = experiment.weights or network.draw(query.init, query.gain, weights_rng, memory)
    trace = network.run(parameters, sequence.inputs, experiment.initial)
    readout = draw_readout(query.hidden, network.architecture.input_size, readout_rng)
    return Run(network, trace, sequence, parameters, ACTIVATIONS[query.activation], readout)


def network_of(experiment: Experiment, input_size: int) -> Network:
    """Give the network, of input size D, without running it."""
    query = experiment.query

    def read(name: str) -> Any:
        return query.value(name) if name in query.row.reads else query.default(name)

    architecture = Architecture(
        input_size,
        query.hidden,
        read("layers"),
        read("activation"),
        read("reset"),
        read("window"),
        read("key"),
        read("positions") == "sinusoidal",
    )
    return MODELS[query.model].network(architecture)


def derivative_of(experiment: Experiment, memo: Memo) -> Derivative:
    """Give the derivative that ``of``, ``wrt``, ``layer`` and ``origin`` choose."""
    query, forward = experiment.query, run(experiment, memo)
    chosen = Selection(query.of, query.wrt, query.layer, query.origin, forward.readout.weight)
    return MODELS[query.model].derivative(forward.trace, chosen)


def chain_of(experiment: Experiment, memo: Memo) -> JacobianChain:
    """Give the chain of Jacobians that it is the product of, in a recurrent network."""
    query, forward = experiment.query, run(experiment, memo)
    return jacobian_chain(forward.stack, query.of, query.wrt, query.layer, query.origin, forward.readout.weight)


def layer_of(experiment: Experiment, memo: Memo) -> LayerTrace:
    """Give the forward pass of the layer whose later state is looked at."""
    return chain_of(experiment, memo).layers[-1]


def notes_of(experiment: Experiment, memo: Memo) -> tuple[str, ...]:
    """Say what was done to the sequence, and which choices do not count for this model, a sentence each."""
    return sequence_of(experiment, memo).notes + tuple(ignored_fields(experiment))


def ignored_fields(experiment: Experiment) -> Iterator[str]:
    """Say which choices do not count, a sentence each."""
    query = experiment.query
    if experiment.weights is not None:
        yield _OWN_WEIGHTS
        if query.of == "o":
            yield _DRAWN_READOUT
    yield from _ignored_by_model(query)
    if query.forget_bias is not None or query.chrono is not None:
        if not query.row.keeps:
            yield _NO_GATE.format(model=query.row.words.indefinite)
        elif experiment.weights is not None:
            yield _OWN_BIASES


def _ignored_by_model(query: Query) -> Iterator[str]:
    """Say what a model has built in, or has not."""
    model = query.row
    if model.states and "activation" not in model.reads and _is_set(query, "activation"):
        yield (_GATED if model.has_recurrent_matrix and model.keeps else _BUILT_IN).format(label=model.label)
    if "layers" not in model.reads and _is_set(query, "activation", "layers"):
        yield _SINGLE
    if _has_no_square_matrix(query) and _is_set(query, "init", "gain"):
        yield _NO_SQUARE_MATRIX
    if model.states and "gain" not in model.reads and _is_set(query, "gain"):
        yield _NO_RECURRENT_MATRIX.format(Model=_capitalised(model.words.indefinite))
    if not model.has_recurrent_matrix and _is_set(query, "loss", "tolerance"):
        yield _NOTHING_TO_CREDIT.format(Model=_capitalised(model.words.indefinite))


def _has_no_square_matrix(query: Query) -> bool:
    """Tell whether all matrices lead from inputs to hidden units or on to outputs: an MLP of one hidden layer."""
    return not query.state_names and "layers" in query.row.reads and query.layers == 1


def _is_set(query: Query, *names: str) -> bool:
    return any(query.value(name) != query.model_default(name) for name in names)


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def matrix_bounds(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure γ, σ_max and ρ of the layer that is looked at, whatever is asked for; None of a gated model."""
    query = experiment.query
    layer = query.layers if query.layer is None else query.layer
    return remembered("weight bounds", NETWORK_FIELDS, _weight_bounds, experiment, memo, layer)


def _weight_bounds(experiment: Experiment, memo: Memo, layer: int) -> WeightBounds | None:
    layers = run(experiment, memo).trace.layers
    return layer_bounds(layers[layer - 1]) if layers else None


def bounds_of(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure γ, σ_max and ρ where they bound the derivative: not of a gated network, nor across layers."""
    return matrix_bounds(experiment, memo) if derivative_of(experiment, memo).is_bounded else None


def checks_of(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative against the laws that every true one obeys, once."""
    return remembered("laws", CHAIN_FIELDS, _laws, experiment, memo)


def _laws(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    bounds = bounds_of(experiment, memo)
    return derivative_of(experiment, memo).laws(bounds.per_step if bounds else None)


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
