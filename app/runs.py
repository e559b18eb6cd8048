"""What every view begins with, computed once: the forward pass of a problem, and its triangle."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.cache import Memo
from app.core.activations import ACTIVATIONS, Activation
from app.core.arrays import Array, Steps
from app.core.horizon import refined_horizon
from app.core.initialisations import initial_parameters
from app.core.rnn import RNN, RNNTrace
from app.core.sequences import Sequence, make_sequence
from app.core.summary import LagProfile, Summary, by_lag, summarise
from app.core.triangle import sample_steps, triangle
from app.problem import NETWORK_FIELDS, TRIANGLE_FIELDS, Problem

_VISIBLE = {" ": "␣", "\t": "⇥", "\n": "⏎", "\r": "⏎", "\r\n": "⏎"}
_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."


@dataclass(frozen=True)
class Run:
    """One forward pass and everything it was made from.

    Attributes
    ----------
    trace : RNNTrace
        The forward pass.
    sequence : Sequence
        The inputs, with labels that can be seen (a space is ␣) and notes.
    parameters : mapping of str to array
        The parameters under PyTorch's names.
    activation : Activation
        φ.
    """

    trace: RNNTrace
    sequence: Sequence
    parameters: Mapping[str, Array]
    activation: Activation


@dataclass(frozen=True)
class Measured:
    """The triangle of a problem and what it says.

    Attributes
    ----------
    steps : array of shape (G,)
        The sampled steps, 1-based.
    log10_norm : array of shape (G, G)
        log10 ‖∂h_t/∂h_k‖; NaN for k > t, −inf where the product is exactly zero.
    profile : LagProfile
        Sizes by lag.
    summary : Summary
        Verdict, horizon and rate.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary


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


def measured_triangle(problem: Problem, memo: Memo) -> Measured:
    """Measure the triangle of a problem at its resolution, once.

    Parameters
    ----------
    problem : Problem
        What to measure.
    memo : Memo
        Remembers triangles.

    Returns
    -------
    Measured
        The triangle and its summary.

    Raises
    ------
    Overflow
        As `run`.
    """
    return memo.get(("triangle", problem.key(TRIANGLE_FIELDS)), lambda: _measured(problem, memo))


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
    size = sequence.inputs.shape[1]
    parameters = problem.weights or initial_parameters(query.init, query.gain, size, query.hidden, weights_rng)
    trace = RNN(size, query.hidden, query.activation).run(parameters, sequence.inputs, problem.initial_state)
    labels = tuple(_VISIBLE.get(label, label) for label in sequence.labels)
    notes = sequence.notes + (() if problem.weights is None else (_OWN_WEIGHTS,))
    return Run(trace, replace(sequence, labels=labels, notes=notes), parameters, ACTIVATIONS[query.activation])


def _measured(problem: Problem, memo: Memo) -> Measured:
    query = problem.query
    trace = run(problem, memo).trace
    steps = sample_steps(query.length, query.resolution)
    log10_norm = triangle(trace, steps, query.norm)
    profile = by_lag(log10_norm, steps)
    summary = summarise(profile, query.length)
    horizon = refined_horizon(trace, steps, profile, query.norm, summary.horizon)
    return Measured(steps, log10_norm, profile, replace(summary, horizon=horizon))


def _own_sequence(inputs: Array | None) -> Sequence | None:
    """Make a sequence of somebody's own inputs, labelled by step."""
    if inputs is None:
        return None
    return Sequence(inputs, tuple(map(str, range(1, len(inputs) + 1))), ())
