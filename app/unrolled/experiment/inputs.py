"""The sequence that an experiment's network reads, and the generators that everything random is drawn from."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.data.sequences import Sequence, make_sequence, permute
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.remembered import remembered
from unrolled.query.entry import READS
from unrolled.query.fields import under
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo

_VISIBLE = {" ": "␣", "\t": "⇥", "\n": "⏎", "\r": "⏎", "\r\n": "⏎"}
_SEQUENCE_FIELDS = under(READS) | {"seed"}


def generators(query: Query) -> tuple[Generator, Generator, Generator, Generator, Generator]:
    """Make the generators of weights, inputs, readout, order and of what is drawn to measure: none changes another."""
    weights, inputs, readout, order, measuring = np.random.default_rng(query.seed).spawn(5)
    return weights, inputs, readout, order, measuring


def sequence_of(experiment: Experiment, memo: Memo) -> Sequence:
    """Make the sequence of an experiment, once: in its order, with labels that can be seen (a space is ␣) and notes."""
    return remembered("sequence", _SEQUENCE_FIELDS, _sequence, experiment, memo)


def _sequence(experiment: Experiment, memo: Memo) -> Sequence:
    del memo
    query = experiment.query
    _, rng, _, order, _ = generators(query)
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
