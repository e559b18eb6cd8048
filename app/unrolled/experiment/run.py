"""What every view begins with, computed once: the forward pass of a problem, and its triangle."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.bounds import WeightBounds, weight_bounds
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
from unrolled.experiment.experiment import CHAIN_FIELDS, NETWORK_FIELDS, Experiment
from unrolled.experiment.ignored import ignored_fields
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.runtime.memo import Memo


@dataclass(frozen=True)
class Run:
    """One forward pass and everything it was made from.

    Attributes
    ----------
    network : Network
        Model and sizes.
    trace : Trace
        The forward pass.
    sequence : Sequence
        The inputs, with labels that can be seen (a space is ␣) and notes.
    parameters : mapping of str to array
        The parameters under PyTorch's names.
    activation : Activation
        φ of a vanilla RNN.
    readout : Readout
        What predicts the next input out of the last layer's h.
    """

    network: Network
    trace: Trace
    sequence: Sequence
    parameters: Mapping[str, Array]
    activation: Activation
    readout: Readout


def run(experiment: Experiment, memo: Memo) -> Run:
    """Run the network of a problem, once.

    Parameters
    ----------
    problem : Experiment
        What to run.
    memo : Memo
        Remembers runs.

    Returns
    -------
    Run
        The forward pass.

    Raises
    ------
    Overflow
        When a state leaves float64.
    """
    return memo.get(("run", experiment.key(NETWORK_FIELDS)), lambda: _run(experiment, memo))


def _run(experiment: Experiment, memo: Memo) -> Run:
    query, sequence = experiment.query, sequence_of(experiment, memo)
    weights_rng, _, readout_rng, _ = generators(query)
    network = network_of(experiment, sequence.inputs.shape[1])
    memory = MemoryBias(query.forget_bias, query.chrono)
    parameters = experiment.weights or initial_parameters(query.init, query.gain, network, weights_rng, memory)
    trace = network.run(parameters, sequence.inputs, experiment.initial)
    readout = draw_readout(query.hidden, network.input_size, readout_rng)
    made = replace(sequence, notes=sequence.notes + tuple(ignored_fields(experiment)))
    return Run(network, trace, made, parameters, ACTIVATIONS[query.activation], readout)


def direct_run(experiment: Experiment, memo: Memo) -> DirectTrace:
    """Run a model without recurrence, once.

    Parameters
    ----------
    problem : Experiment
        What to run.
    memo : Memo
        Remembers runs.

    Returns
    -------
    DirectTrace
        The forward pass.

    Raises
    ------
    Overflow
        When an output leaves float64.
    """

    def make() -> DirectTrace:
        query, inputs = experiment.query, sequence_of(experiment, memo).inputs
        network = direct_network_of(experiment, inputs.shape[1])
        parameters = direct_parameters(query.init, query.gain, network, generators(query)[0])
        return network.run(parameters, inputs)

    return memo.get(("direct", experiment.key(NETWORK_FIELDS)), make)


def notes_of(experiment: Experiment, memo: Memo) -> tuple[str, ...]:
    """Say what was done to the sequence, and which choices do not count for this model.

    Parameters
    ----------
    problem : Experiment
        Any model's.
    memo : Memo
        Remembers sequences.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    return sequence_of(experiment, memo).notes + tuple(ignored_fields(experiment))


def direct_network_of(experiment: Experiment, input_size: int) -> DirectNetwork:
    """Give the model without recurrence of a problem without running it.

    Parameters
    ----------
    problem : Experiment
        Model and sizes.
    input_size : int
        D.

    Returns
    -------
    DirectNetwork
        The model.
    """
    query = experiment.query
    return DirectNetwork(
        query.model,
        input_size,
        query.hidden,
        query.layers,
        query.activation,
        query.window,
        query.hidden if query.key is None else query.key,
        query.positions == "sinusoidal",
    )


def network_of(experiment: Experiment, input_size: int) -> Network:
    """Give the network of a problem without running it.

    Parameters
    ----------
    problem : Experiment
        Model and sizes.
    input_size : int
        D.

    Returns
    -------
    Network
        The network.
    """
    query = experiment.query
    return Network(query.model, input_size, query.hidden, query.layers, query.activation, query.reset)


def layer_of(experiment: Experiment, memo: Memo) -> LayerTrace:
    """Give the forward pass of the layer whose later state is looked at."""
    return chain_of(experiment, memo).layers[-1]


def matrix_bounds(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure the recurrent matrix of the layer that is looked at, whatever derivative is asked for.

    Parameters
    ----------
    problem : Experiment
        The network.
    memo : Memo
        Remembers runs.

    Returns
    -------
    WeightBounds or None
        γ, σ_max and ρ of a vanilla RNN's layer; None for a gated model, which has a matrix for every gate.
    """
    if experiment.query.model != "rnn":
        return None
    query = experiment.query
    layer = query.layers if query.layer is None else query.layer

    def measure() -> WeightBounds:
        made = run(experiment, memo)
        return weight_bounds(made.parameters[f"weight_hh_l{layer - 1}"], made.activation.gamma)

    return memo.get(("facts", layer, experiment.key(NETWORK_FIELDS)), measure)


def bounds_of(experiment: Experiment, memo: Memo) -> WeightBounds | None:
    """Measure what the recurrent matrix promises; nothing can be promised of a gated network or across layers.

    Parameters
    ----------
    problem : Experiment
        The network and the derivative through it.
    memo : Memo
        Remembers runs.

    Returns
    -------
    WeightBounds or None
        γ, σ_max and ρ of a vanilla RNN's layer, where they bound the derivative.
    """
    through = chain_of(experiment, memo)
    return matrix_bounds(experiment, memo) if through.is_full_state and len(through.layers) == 1 else None


def checks_of(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative of a problem against the laws that every true one obeys, once.

    Parameters
    ----------
    problem : Experiment
        The network and the derivative through it.
    memo : Memo
        Remembers them.

    Returns
    -------
    tuple of Check
        One a law.
    """

    def hold() -> tuple[Check, ...]:
        if experiment.query.is_direct:
            return direct_checks(direct_run(experiment, memo))
        facts = bounds_of(experiment, memo)
        return law_checks(chain_of(experiment, memo), facts.per_step if facts else None)

    return memo.get(("laws", experiment.key(CHAIN_FIELDS)), hold)


def chain_of(experiment: Experiment, memo: Memo) -> JacobianChain:
    """Find the way of the derivative that a problem asks for.

    Parameters
    ----------
    problem : Experiment
        ``of``, ``wrt``, ``layer`` and ``origin`` choose it.
    memo : Memo
        Remembers runs.

    Returns
    -------
    JacobianChain
        The way through its forward pass.
    """
    query = experiment.query
    made = run(experiment, memo)
    return jacobian_chain(made.trace, query.of, query.wrt, query.layer, query.origin, made.readout.weight)
