"""What paths and gradients say, in words, and the work of each model as a formula."""

import math
from collections.abc import Sequence

from unrolled.core.arrays.types import Steps
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.views.contract.view import LeftOut
from unrolled.views.paths.measure import ModelPath
from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, listed, power

MESSAGES = {
    "one step": "With one step there is no distance: x_1 and o_1 stand side by side in every model.",
    "paths": "From x_1 to o_{length} the shortest path has {paths}.",
    "paths, and none": "From x_1 to o_{length} the shortest path has {paths}; no path leads through {others}.",
    "no path": "From x_1 to o_{length} no path leads through {others}.",
    "path": "{steps} through {models}",
    "cut": "The truncation cuts the chain of {models}.",
    "nothing arrives": "So ∂o_{length}/∂x_1 is exactly 0, or cut off, in every model.",
    "one model": "There ∂o_{length}/∂x_1 is {size}.",
    "all alike": "Over these paths ∂o_{length}/∂x_1 is {size} in all of them.",
    "largest and smallest": (
        "Over these paths ∂o_{length}/∂x_1 is largest in {largest_in}, {largest}, and smallest in {smallest_in}, "
        "{smallest}."
    ),
    "zero": "exactly 0",
    "layers note": (
        "Measured with {layers} layers, all but attention, which is one head in one layer. The work is that of the one "
        "layer that reads the sequence; all else counts every layer."
    ),
    "truncation note": (
        "The truncation, {kind} at K = {window:,}, ends the paths of recurrent models. The size in brackets is what it "
        "cuts off."
    ),
    "own weights note": "Weights of one’s own fit their own model only: there is nothing to compare.",
    "paths check": "a size is told, and may differ from zero, exactly where a search of the graph finds a path",
    "cells check": "two sizes of each of {models} models, multiplied or decomposed once more in another way",
    "no model": "no model stays within float64",
    "distance": "distance t − k",
    "label, cut off": "{label}, cut off",
    "hover": "{label}, distance %{{x}}: 10<sup>%{{y:.2f}}</sup>, path of %{{customdata}} steps<extra></extra>",
    "hover, cut off": "{label}, distance %{{x}}: 10<sup>%{{y:.2f}}</sup>, cut off by the truncation<extra></extra>",
}


def paths_sentence(models: Sequence[ModelPath], left_out: Sequence[LeftOut], lags: Steps) -> str:
    """Say how far the first input is from the last output in each model, and where most of the gradient arrives.

    The farthest of the lags is the last.
    """
    if not models:
        return left_out[0].reason
    length = int(lags[-1]) + 1
    if length == 1:
        return MESSAGES["one step"]
    cut = [MODELS[model.name].words.definite for model in models if not model.kept[-1]]
    sentences = [_path_lengths(models, length)]
    if cut:
        sentences.append(say(MESSAGES["cut"], models=listed(cut)))
    return joined(*sentences, _gradients(models, length))


def _path_lengths(models: Sequence[ModelPath], length: int) -> Message:
    """Group the models by the length of their farthest path, −1 where there is none."""
    groups: dict[int, list[str]] = {}
    for model in models:
        groups.setdefault(int(model.path_length[-1]), []).append(MODELS[model.name].words.definite)
    others = listed(groups.pop(-1, ()), "or")
    paths = listed(
        MESSAGES["path"].format(steps=counted(steps, "step"), models=listed(groups[steps])) for steps in sorted(groups)
    )
    message = "paths" if not others else "paths, and none" if paths else "no path"
    return say(MESSAGES[message], length=length, paths=paths, others=others)


def _gradients(models: Sequence[ModelPath], length: int) -> Message:
    """Say through which model most of the gradient arrives, and through which one least."""
    sizes = [(float(model.log10_norm_full[-1]), model.name) for model in models if model.path_length[-1] >= 0]
    if not sizes:
        return say(MESSAGES["nothing arrives"], length=length)
    smallest, largest = min(sizes)[0], max(sizes)[0]
    if len(sizes) == 1 or smallest == largest:
        key = "one model" if len(sizes) == 1 else "all alike"
        return say(MESSAGES[key], length=length, size=_size(largest))
    largest_in, smallest_in = (
        listed(MODELS[name].words.definite for size, name in sizes if size == end) for end in (largest, smallest)
    )
    return say(
        MESSAGES["largest and smallest"],
        length=length,
        largest_in=largest_in,
        largest=_size(largest),
        smallest_in=smallest_in,
        smallest=_size(smallest),
    )


def _size(log10: float) -> Text:
    return Text(MESSAGES["zero"], log10) if log10 == -math.inf else power(log10)


def paths_notes(experiment: Experiment, models: Sequence[ModelPath]) -> tuple[str, ...]:
    """Say what was counted and measured, and what was not, one sentence or two each."""
    query = experiment.query
    notes = []
    if any(model.layers < query.layers for model in models):
        notes.append(MESSAGES["layers note"].format(layers=query.layers))
    if any(not model.kept.all() for model in models):
        notes.append(MESSAGES["truncation note"].format(kind=query.truncation, window=query.window))
    if experiment.weights is not None:
        notes.append(MESSAGES["own weights note"])
    return tuple(notes)
