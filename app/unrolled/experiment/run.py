"""What every view begins with, computed once: the forward pass of an experiment, and its chain of Jacobians."""

from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds, layer_bounds
from unrolled.core.checks.feedforward import direct_checks
from unrolled.core.checks.laws import Check, law_checks
from unrolled.core.data.sequences import Sequence
from unrolled.core.feedforward.network import DirectNetwork, direct_parameters
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.core.networks.initialisations import MemoryBias, initial_parameters
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import Network, Trace
from unrolled.core.networks.readout import Readout, draw_readout
from unrolled.core.networks.registry import DIRECT
from unrolled.experiment.experiment import CHAIN_FIELDS, NETWORK_FIELDS, Experiment
from unrolled.experiment.ignored import ignored_fields
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.experiment.remembered import remembered
from unrolled.runtime.memo import Memo


@dataclass(frozen=True)
class Run:
    """One forward pass and everything it was made from: parameters under PyTorch's names, φ of a vanilla RNN."""

    network: Network
    trace: Trace
    sequence: Sequence
    parameters: Mapping[str, Array]
    activation: Activation
    readout: Readout


def run(experiment: Experiment, memo: Memo) -> Run:
    """Run a recurrent network, once. Raises Overflow when a state leaves float64."""
    return remembered("run", NETWORK_FIELDS, _run, experiment, memo)


def _run(experiment: Experiment, memo: Memo) -> Run:
    query, sequence = experiment.query, sequence_of(experiment, memo)
    weights_rng, _, readout_rng, _ = generators(query)
    network = network_of(experiment, sequence.inputs.shape[1])
    memory = MemoryBias(query.forget_bias, query.chrono)
    parameters = experiment.weights or initial_parameters(query.init, query.gain, network, weights_rng, memory)
    trace = network.run(parameters, sequence.inputs, experiment.initial)
    readout = draw_readout(query.hidden, network.input_size, readout_rng)
    return Run(network, trace, sequence, parameters, ACTIVATIONS[query.activation], readout)


def direct_run(experiment: Experiment, memo: Memo) -> DirectTrace:
    """Run a model without recurrence, once. Raises Overflow when an output leaves float64."""
    return remembered("direct run", NETWORK_FIELDS, _direct_run, experiment, memo)


def _direct_run(experiment: Experiment, memo: Memo) -> DirectTrace:
    query, inputs = experiment.query, sequence_of(experiment, memo).inputs
    network = direct_network_of(experiment, inputs.shape[1])
    parameters = direct_parameters(query.init, query.gain, network, generators(query)[0])
    return network.run(parameters, inputs)


def notes_of(experiment: Experiment, memo: Memo) -> tuple[str, ...]:
    """Say what was done to the sequence, and which choices do not count for this model, a sentence each."""
    return sequence_of(experiment, memo).notes + tuple(ignored_fields(experiment))


def direct_network_of(experiment: Experiment, input_size: int) -> DirectNetwork:
    """Give the model without recurrence, of input size D, without running it."""
    query = experiment.query
    window, key, positions = (
        query.value(name) if name in DIRECT[query.model].reads else query.default(name)
        for name in ("window", "key", "positions")
    )
    return DirectNetwork(
        query.model,
        input_size,
        query.hidden,
        query.layers,
        query.activation,
        window,
        query.hidden if key is None else key,
        positions == "sinusoidal",
    )


def network_of(experiment: Experiment, input_size: int) -> Network:
    """Give the recurrent network, of input size D, without running it."""
    query = experiment.query
    return Network(query.model, input_size, query.hidden, query.layers, query.activation, query.reset)


def layer_of(experiment: Experiment, memo: Memo) -> LayerTrace:
    """Give the forward pass of the layer whose later state is looked at."""
    return chain_of(experiment, memo).layers[-1]


def matrix_bounds(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure γ, σ_max and ρ of the layer that is looked at, whatever derivative is asked for.

    None for all but the vanilla RNN: a gated model has a matrix for every gate.
    """
    query = experiment.query
    layer = query.layers if query.layer is None else query.layer
    return remembered("weight bounds", NETWORK_FIELDS, _weight_bounds, experiment, memo, layer)


def _weight_bounds(experiment: Experiment, memo: Memo, layer: int) -> WeightBounds | None:
    return layer_bounds(run(experiment, memo).trace.layers[layer - 1])


def bounds_of(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure γ, σ_max and ρ where they bound the derivative: not of a gated network, nor across layers."""
    chain = chain_of(experiment, memo)
    return matrix_bounds(experiment, memo) if chain.is_full_state and len(chain.layers) == 1 else None


def checks_of(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative against the laws that every true one obeys, once."""
    return remembered("laws", CHAIN_FIELDS, _laws, experiment, memo)


def _laws(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    if experiment.query.is_direct:
        return direct_checks(direct_run(experiment, memo))
    bounds = bounds_of(experiment, memo)
    return law_checks(chain_of(experiment, memo), bounds.per_step if bounds else None)


def chain_of(experiment: Experiment, memo: Memo) -> JacobianChain:
    """Give the chain of Jacobians that ``of``, ``wrt``, ``layer`` and ``origin`` choose."""
    query = experiment.query
    forward = run(experiment, memo)
    return jacobian_chain(forward.trace, query.of, query.wrt, query.layer, query.origin, forward.readout.weight)
