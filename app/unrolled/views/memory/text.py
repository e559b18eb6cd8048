"""What the measurements of order and memory say, in words."""

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.views.memory.measure import ModelMemory, Span
from unrolled.views.text.numbers import counted, listed, percent, power

MESSAGES = {
    "too short": (
        "This sequence has {steps}: to fit {numbers} a step to one part of it and to test them on another takes at "
        "least {needed:,}."
    ),
    "longer text": "Please type a longer text.",
    "longer text, or fewer units": "Please type a longer text, or lower hidden to {hidden}.",
    "more numbers": "Please give more numbers.",
    "more numbers, or fewer units": "Please give more numbers, or lower hidden to {hidden}.",
    "longer sequence": "Please take a longer one.",
    "longer sequence, or fewer units": "Please take a longer one, or lower hidden to {hidden}.",
    "nothing measured": "Nothing was measured.",
    "nothing changes": (
        "Over {steps:,} steps nothing changes in the tested part: there is nothing to foretell, in any order."
    ),
    "order": (
        "Over {steps:,} steps the {model} leaves {original} of the next value’s variance unexplained, {shuffled} once "
        "it is shuffled and {reversed} backwards."
    ),
    "order of a text": (
        "Over {steps:,} steps the {model} leaves {original} of the next value’s variance unexplained, {shuffled} once "
        "it is shuffled and {reversed} backwards; it foretells {hits} of the characters, shuffled {shuffled_hits}."
    ),
    "unknown share": "an unknown share",
    "more than": "more than {share}",
    "same triangle": "Shuffling leaves the triangle of the {model} as it is.",
    "triangle": "Shuffling changes its triangle by a factor of up to {factor}.",
    "triangle, not of the MLP": (
        "Shuffling changes its triangle by a factor of up to {factor}, that of the MLP not at all."
    ),
    "triangle to nothing": "Shuffling changes its triangle down to nothing in places.",
    "triangle to nothing, not of the MLP": (
        "Shuffling changes its triangle down to nothing in places, that of the MLP not at all."
    ),
    "memory": "More than half of what entered can be read back {reach} (K = {window:,}).",
    "window too large": "The window holds too many numbers to be fitted on so few steps.",
    "no step": "from no step at all out of the {model}",
    "steps": "from up to {steps} ago out of the {model}",
    "steps and more": "from {steps} ago and more out of the {model}",
    "window check": "every input inside the window is read back whole",
    "order check": "the derivatives of an MLP are the same in every order, each with its input",
    "no fit": "too little to fit and test",
    "no change": "nothing to foretell",
    "error axis": "error; 1: as bad as the mean",
    "lag axis": "lag n",
    "memory axis": "R² of x<sub>t−n</sub>",
    "error hover": (
        "%{{y}}, {order}: error %{{customdata[0]:.3g}}, log likelihood %{{customdata[1]:.3g}} a number<extra></extra>"
    ),
    "memory hover": "{model}, %{{x}} steps ago: R² %{{y:.3f}}<extra></extra>",
}
_LONGER = {"text": "longer text", "series": "more numbers"}
# Below this a size is as it was.
_SAME = 1e-9
_HALF = 0.5
# So many times the variance is as wrong as any more.
_RUNAWAY = 10.0


def too_short(experiment: Experiment, steps: int, needed: int) -> str:
    """Say that a sequence is too short to be fitted and tested, and what would be enough."""
    hidden, fewer = experiment.query.hidden, steps // 3 - 1
    message = _LONGER.get(experiment.query.input, "longer sequence")
    if fewer >= 1 and steps >= 30:
        message += ", or fewer units"
    shortage = MESSAGES["too short"].format(
        steps=counted(steps, "step"), numbers=counted(hidden, "number"), needed=needed
    )
    return f"{shortage} {MESSAGES[message].format(hidden=fewer)}"


def memory_sentences(
    experiment: Experiment, models: tuple[ModelMemory, ...], left_out: tuple[str, ...], span: Span
) -> list[str]:
    """Say what the order is worth to the model that is set, and what it still holds of the past.

    The first sentence stands above the picture, the others below.
    """
    named = {model.name: model for model in models}
    current = named.get(experiment.query.model)
    if current is None:
        return [left_out[0] if left_out else MESSAGES["nothing measured"]]
    memory = _memory_sentence(current, named.get("window"), experiment.query.window)
    sentences = [_order_sentence(current, span), _triangle_sentence(current, named.get("mlp"))]
    return [*sentences, memory] if memory else sentences


def _order_sentence(model: ModelMemory, span: Span) -> str:
    """Say how well the next value is predicted, in each order."""
    if np.isnan(model.unexplained[0]):
        return MESSAGES["nothing changes"].format(steps=span.steps)
    original, shuffled, backwards = model.unexplained.tolist()
    values = {
        "steps": span.steps,
        "model": model.label,
        "original": _share(original),
        "shuffled": _share(shuffled) if np.isfinite(shuffled) else MESSAGES["unknown share"],
        "reversed": _share(backwards) if np.isfinite(backwards) else MESSAGES["unknown share"],
    }
    if not np.isfinite(model.hits).all():
        return MESSAGES["order"].format(**values)
    hits, shuffled_hits = (percent(share) for share in model.hits[:2].tolist())
    return MESSAGES["order of a text"].format(**values, hits=hits, shuffled_hits=shuffled_hits)


def _share(value: float) -> str:
    """Write a share of the variance; a prediction may be wrong by any factor."""
    return MESSAGES["more than"].format(share=percent(_RUNAWAY)) if value > _RUNAWAY else percent(value)


def _triangle_sentence(model: ModelMemory, mlp: ModelMemory | None) -> str:
    """Say by how much a shuffle changes the triangles."""
    change = float(model.change[1])
    if change <= _SAME:
        return MESSAGES["same triangle"].format(model=model.label)
    message = "triangle" if np.isfinite(change) else "triangle to nothing"
    if model.name != "mlp" and mlp is not None and float(mlp.change[1]) <= _SAME:
        message += ", not of the MLP"
    return MESSAGES[message].format(factor=power(change) if np.isfinite(change) else "")


def _memory_sentence(model: ModelMemory, window: ModelMemory | None, size: int) -> str:
    """Say how far back what entered can be read, by the model that is set and by the window of a size."""
    reach = [_reach(each) for each in (model, window) if each is not None and each.memory.size]
    reach = list(dict.fromkeys(filter(None, reach)))
    if not reach:
        return ""
    sentence = MESSAGES["memory"].format(reach=listed(reach), window=size)
    if window is None or not np.isnan(window.memory).any():
        return sentence
    return f"{sentence} {MESSAGES['window too large']}"


def _reach(model: ModelMemory) -> str:
    """Say for how many steps more than half of the variance is read back."""
    if np.isnan(model.memory).any():
        return ""
    below = np.flatnonzero(model.memory < _HALF)
    steps = int(below[0]) - 1 if below.size else len(model.memory) - 1
    message = "no step" if steps < 0 else "steps" if below.size else "steps and more"
    return MESSAGES[message].format(steps=counted(steps, "step"), model=model.label)
