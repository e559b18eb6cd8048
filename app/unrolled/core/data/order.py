"""The order of a sequence's steps: as they are, shuffled, or backwards."""

import numpy as np
from numpy.random import Generator

from unrolled.core.data.sequences import Sequence

_DONE = {
    "shuffled": "The {count} steps are fed in a random order, drawn from the seed.",
    "reversed": "The {count} steps are fed backwards, the last one first.",
}
_PADDED = " The padding stays at the end."


def permute(sequence: Sequence, order: str, rng: Generator) -> Sequence:
    """Put the steps of a sequence in an order; each keeps its label.

    Parameters
    ----------
    sequence : Sequence
        Already cut, padded and scaled; padding stays at its end.
    order : {"original", "shuffled", "reversed"}
        The order of the steps.
    rng : numpy.random.Generator
        Draws a random order, uniform over all of them.

    Returns
    -------
    Sequence
        Rows of the inputs and labels moved together, and a note that says so.

    Raises
    ------
    KeyError
        If there is no such order.
    """
    if order == "original":
        return sequence
    told = _DONE[order]
    length, given = len(sequence.inputs), sequence.data_length
    steps = rng.permutation(given) if order == "shuffled" else np.arange(given)[::-1]
    places = np.concatenate([steps, np.arange(given, length)])
    note = told.format(count=given) + (_PADDED if given < length else "")
    labels = tuple(sequence.labels[place] for place in places.tolist())
    return Sequence(sequence.inputs[places], labels, (*sequence.notes, note), sequence.padding)
