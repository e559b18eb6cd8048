"""What every view begins with, computed once: the forward pass of a problem, and its triangle."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.cache import Memo
from app.core.activations import ACTIVATIONS, Activation
from app.core.arrays import Array
from app.core.bounds import WeightFacts, weight_facts
from app.core.checks import Check, law_checks
from app.core.cost import Size
from app.core.flow import Flow, flow
from app.core.initialisations import Memory, initial_parameters
from app.core.models import MODELS
from app.core.network import Network, Trace
from app.core.sequences import Sequence, make_sequence
from app.core.trace import LayerTrace
from app.problem import FLOW_FIELDS, NETWORK_FIELDS, Problem
from app.query import Query

_VISIBLE = {" ": "␣", "\t": "⇥", "\n": "⏎", "\r": "⏎", "\r\n": "⏎"}
_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."


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
    """

    network: Network
    trace: Trace
    sequence: Sequence
    parameters: Mapping[str, Array]
    activation: Activation


def run(problem: Problem, memo: Memo) -> Run:
    """Run the network of a problem, once.

    Parameters
    ----------
    problem : Problem
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
    return memo.get(("run", problem.key(NETWORK_FIELDS)), lambda: _run(problem))


def _run(problem: Problem) -> Run:
    query = problem.query
    weights_rng, inputs_rng = np.random.default_rng(query.seed).spawn(2)
    sequence = _own_sequence(problem.inputs)
    if sequence is None:
        sequence = make_sequence(
            query.input,
            query.length,
            rng=inputs_rng,
            amplitude=query.amplitude,
            characters=problem.characters if query.input == "text" else (),
            series=query.series,
        )
    network = network_of(problem, sequence.inputs.shape[1])
    memory = Memory(query.forget_bias, query.chrono)
    parameters = problem.weights or initial_parameters(query.init, query.gain, network, weights_rng, memory)
    trace = network.run(parameters, sequence.inputs, problem.initial)
    labels = tuple(_VISIBLE.get(label, label) for label in sequence.labels)
    notes = sequence.notes + (() if problem.weights is None else (_OWN_WEIGHTS,)) + tuple(_unused(problem))
    made = replace(sequence, labels=labels, notes=notes)
    return Run(network, trace, made, parameters, ACTIVATIONS[query.activation])


def network_of(problem: Problem, input_size: int) -> Network:
    """Give the network of a problem without running it.

    Parameters
    ----------
    problem : Problem
        Model and sizes.
    input_size : int
        D.

    Returns
    -------
    Network
        The network.
    """
    query = problem.query
    return Network(query.model, input_size, query.hidden, query.layers, query.activation, query.reset)


def _unused(problem: Problem) -> Iterator[str]:
    """Say which choices do not count for this model."""
    query = problem.query
    label = MODELS[query.model].label
    if query.model != "rnn" and query.activation != Query.default("activation"):
        yield f"The gates of this {label} have sigmoid and tanh built in: activation does not change it."
    keeps = query.forget_bias is not None or query.chrono is not None
    if keeps and (query.model == "rnn" or problem.weights is not None):
        why = "a vanilla RNN has no gate to keep the past" if query.model == "rnn" else "the weights are your own"
        yield f"Here {why}: forget_bias and chrono do not count."


def layer_of(problem: Problem, memo: Memo) -> LayerTrace:
    """Give the forward pass of the layer whose later state is looked at."""
    return way(problem, memo).layers[-1]


def size_of(problem: Problem) -> Size:
    """Tell how large a problem is, before anything is computed.

    Parameters
    ----------
    problem : Problem
        The network and the derivative through it.

    Returns
    -------
    Size
        What an estimate of its cost needs.
    """
    query = problem.query
    states = len(query.state_names)
    top = query.layers if query.layer is None else query.layer
    bottom = 1 if query.wrt == "x" else top if query.origin is None else query.origin
    entries = {"h": query.hidden, "c": query.hidden, "s": states * query.hidden}
    entries["x"] = problem.input_size if bottom == 1 else query.hidden
    joint = (top - bottom + 1) * states * query.hidden
    sizes = (query.model, query.length, query.hidden, query.layers, problem.input_size)
    return Size(*sizes, joint, entries[query.wrt], entries[query.of])


def matrix_facts(problem: Problem, memo: Memo) -> WeightFacts | None:
    """Measure the recurrent matrix of the layer that is looked at, whatever derivative is asked for.

    Parameters
    ----------
    problem : Problem
        The network.
    memo : Memo
        Remembers runs.

    Returns
    -------
    WeightFacts or None
        γ, σ_max and ρ of a vanilla RNN's layer; None for a gated model, which has a matrix for every gate.
    """
    if problem.query.model != "rnn":
        return None
    query = problem.query
    layer = query.layers if query.layer is None else query.layer

    def measure() -> WeightFacts:
        made = run(problem, memo)
        return weight_facts(made.parameters[f"weight_hh_l{layer - 1}"], made.activation.gamma)

    return memo.get(("facts", layer, problem.key(NETWORK_FIELDS)), measure)


def facts_of(problem: Problem, memo: Memo) -> WeightFacts | None:
    """Measure what the recurrent matrix promises; nothing can be promised of a gated network or across layers.

    Parameters
    ----------
    problem : Problem
        The network and the derivative through it.
    memo : Memo
        Remembers runs.

    Returns
    -------
    WeightFacts or None
        γ, σ_max and ρ of a vanilla RNN's layer, where they bound the derivative.
    """
    through = way(problem, memo)
    return matrix_facts(problem, memo) if through.is_whole and len(through.layers) == 1 else None


def laws(problem: Problem, memo: Memo) -> tuple[Check, ...]:
    """Check the derivative of a problem against the laws that every true one obeys, once.

    Parameters
    ----------
    problem : Problem
        The network and the derivative through it.
    memo : Memo
        Remembers them.

    Returns
    -------
    tuple of Check
        One a law.
    """

    def hold() -> tuple[Check, ...]:
        facts = facts_of(problem, memo)
        return law_checks(way(problem, memo), facts.per_step if facts else None)

    return memo.get(("laws", problem.key(FLOW_FIELDS)), hold)


def way(problem: Problem, memo: Memo) -> Flow:
    """Find the way of the derivative that a problem asks for.

    Parameters
    ----------
    problem : Problem
        ``of``, ``wrt``, ``layer`` and ``origin`` choose it.
    memo : Memo
        Remembers runs.

    Returns
    -------
    Flow
        The way through its forward pass.
    """
    query = problem.query
    return flow(run(problem, memo).trace, query.of, query.wrt, query.layer, query.origin)


def _own_sequence(inputs: Array | None) -> Sequence | None:
    """Make a sequence of somebody's own inputs, labelled by step."""
    if inputs is None:
        return None
    return Sequence(inputs, tuple(map(str, range(1, len(inputs) + 1))), ())
