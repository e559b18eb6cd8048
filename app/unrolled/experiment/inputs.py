"""The sequence that drives a problem's network, and the generators that everything random is drawn from."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.data.sequences import Sequence, make_sequence, permute
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo

_VISIBLE = {" ": "␣", "\t": "⇥", "\n": "⏎", "\r": "⏎", "\r\n": "⏎"}
_FIELDS = frozenset({"model", "length", "input", "amplitude", "order", "text", "series", "frame", "features", "seed"})


def generators(query: Query) -> tuple[Generator, Generator, Generator, Generator]:
    """Make the generators of weights, of inputs, of the readout and of the order: changing one changes no other.

    Parameters
    ----------
    query : Query
        Its seed is theirs.

    Returns
    -------
    tuple of numpy.random.Generator
        Weights, inputs, readout, order.
    """
    weights, inputs, readout, order = np.random.default_rng(query.seed).spawn(4)
    return weights, inputs, readout, order


def sequence_of(experiment: Experiment, memo: Memo) -> Sequence:
    """Make the sequence of a problem, once.

    Parameters
    ----------
    problem : Experiment
        Its input, or arrays of somebody's own.
    memo : Memo
        Remembers sequences.

    Returns
    -------
    Sequence
        In the order asked for, with labels that can be seen (a space is ␣) and notes.
    """
    return memo.get(("sequence", experiment.key(_FIELDS)), lambda: _made(experiment))


def _made(experiment: Experiment) -> Sequence:
    query = experiment.query
    _, rng, _, order = generators(query)
    made = _own(experiment.inputs)
    if made is None:
        made = make_sequence(
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
    made = permute(made, query.order, order)
    return replace(made, labels=tuple(_VISIBLE.get(label, label) for label in made.labels))


def _own(inputs: Array | None) -> Sequence | None:
    """Make a sequence of somebody's own inputs, labelled by step."""
    if inputs is None:
        return None
    return Sequence(inputs, tuple(map(str, range(1, len(inputs) + 1))), ())
