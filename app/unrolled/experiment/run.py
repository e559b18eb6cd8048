"""What every view begins with, computed once: the forward pass of an experiment, and the derivative through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds, layer_bounds
from unrolled.core.checks.laws import Check
from unrolled.core.data.sequences import Sequence
from unrolled.core.derivatives.derivative import Derivative
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.model import Selection
from unrolled.core.models import MODELS
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import ForwardPass, Network, Trace
from unrolled.core.networks.weights import Readout, draw_readout
from unrolled.experiment.experiment import CHAIN_FIELDS, NETWORK_FIELDS, Experiment
from unrolled.experiment.ignored import ignored_fields
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.experiment.remembered import remembered
from unrolled.runtime.memo import Memo


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


def run(experiment: Experiment, memo: Memo) -> Run:
    """Run a network, once. Raises Overflow when a state or an output leaves float64."""
    return remembered("run", NETWORK_FIELDS, _run, experiment, memo)


def _run(experiment: Experiment, memo: Memo) -> Run:
    query, sequence = experiment.query, sequence_of(experiment, memo)
    weights_rng, _, readout_rng, *_ = generators(query)
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
