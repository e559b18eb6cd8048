"""What paths and gradients say, in words, and the work of each model as a formula."""

import math
from collections.abc import Sequence

from unrolled.core.arrays.types import Steps
from unrolled.core.networks.registry import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.views.contract.payload import LeftOut
from unrolled.views.paths.measure import ModelPath
from unrolled.views.text.numbers import counted, listed, power

_SHORT = {
    "rnn": "the RNN",
    "lstm": "the LSTM",
    "gru": "the GRU",
    "mlp": "the MLP",
    "window": "the window",
    "attention": "attention",
}
_DIRECT_WORK = {
    "mlp": "T·H·D",
    "window": "T·H·K·D",
    "attention": "T·H·(D + 2·d_k + H) + T·(T + 1)/2·(d_k + H)",
}


def work_formula(model: str) -> str:
    """Write the multiply-adds of the layer that reads the sequence in sizes.

    Parameters
    ----------
    model : str
        A name out of ``EVERY_MODEL``.

    Returns
    -------
    str
        For example ``4·T·H·(D + H)``; T steps, D numbers in each, H units, K inputs of a window, d_k entries of a key.
    """
    if model not in MODELS:
        return _DIRECT_WORK[model]
    gates = len(MODELS[model].gates)
    return f"{gates}·T·H·(D + H)" if gates > 1 else "T·H·(D + H)"


def sentence_of(models: Sequence[ModelPath], left_out: Sequence[LeftOut], lags: Steps) -> str:
    """Say how far the first input is from the last output in each model, and where most of the gradient arrives.

    Parameters
    ----------
    models : sequence of ModelPath
        What was measured.
    left_out : sequence of LeftOut
        What could not be.
    lags : array of shape (n,)
        The distances, the farthest one last.

    Returns
    -------
    str
        One to three sentences.
    """
    if not models:
        return left_out[0].reason
    length = int(lags[-1]) + 1
    if length == 1:
        return "With one step there is no distance: x_1 and o_1 stand side by side in every model."
    return f"From x_1 to o_{length} {_ways(models)}.{_cut(models)} {_arrived(models, length)}"


def _ways(models: Sequence[ModelPath]) -> str:
    """Group the models by the length of their farthest path."""
    groups: dict[int, list[str]] = {}
    for each in models:
        groups.setdefault(int(each.path_length[-1]), []).append(_SHORT[each.name])
    paths = [f"{counted(steps, 'step')} through {listed(groups[steps])}" for steps in sorted(groups) if steps >= 0]
    none = f"no path leads through {listed(groups[-1], 'or')}" if -1 in groups else ""
    some = f"the shortest path has {listed(paths)}" if paths else ""
    return "; ".join(filter(None, (some, none)))


def _cut(models: Sequence[ModelPath]) -> str:
    """Say whose path a truncation has cut."""
    names = [_SHORT[each.name] for each in models if not each.kept[-1]]
    return f" The truncation cuts the chain of {listed(names)}." if names else ""


def _arrived(models: Sequence[ModelPath], length: int) -> str:
    """Say through which model most of the gradient arrives, and through which one least."""
    joined = [(float(each.log10_norm_full[-1]), each.name) for each in models if each.path_length[-1] >= 0]
    derivative = f"∂o_{length}/∂x_1"
    if not joined:
        return f"So {derivative} is exactly 0, or cut off, in every model."
    least, most = min(joined)[0], max(joined)[0]
    if len(joined) == 1:
        return f"There {derivative} is {_size(most)}."
    if least == most:
        return f"Over these paths {derivative} is {_size(most)} in all of them."
    first, last = (listed(_SHORT[name] for size, name in joined if size == end) for end in (most, least))
    return (
        f"Over these paths {derivative} is largest in {first}, {_size(most)}, and smallest in {last}, {_size(least)}."
    )


def _size(log10: float) -> str:
    return "exactly 0" if log10 == -math.inf else power(log10)


def notes_of(experiment: Experiment, models: Sequence[ModelPath]) -> tuple[str, ...]:
    """Say what was counted and measured, and what was not.

    Parameters
    ----------
    problem : Experiment
        The sizes and the truncation.
    models : sequence of ModelPath
        What was measured.

    Returns
    -------
    tuple of str
        One sentence or two each.
    """
    query, names = experiment.query, {each.name for each in models}
    notes = []
    if query.layers > 1 and "attention" in names:
        notes.append(
            f"Measured with {query.layers} layers, all but attention, which is one head in one layer. The work is "
            "that of the one layer that reads the sequence; all else counts every layer."
        )
    if any(not each.kept.all() for each in models):
        notes.append(
            f"The truncation, {query.truncation} at K = {query.window:,}, ends the paths of recurrent models. "
            "The size in brackets is what it cuts off."
        )
    if experiment.weights is not None:
        notes.append("Weights of one’s own fit their own model only: there is nothing to compare.")
    return tuple(notes)
