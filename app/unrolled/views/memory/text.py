"""What the measurements of a sequence say, in words."""

import numpy as np

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import Experiment
from unrolled.views.memory.measure import ModelFacts, Span
from unrolled.views.text.numbers import counted, percent, power

# Below this a size is as it was.
_SAME = 1e-9
_HELD = 0.5
# So many times the variance is as wrong as any more.
_RUNAWAY = 10.0


def too_short(experiment: Experiment, steps: int, need: int) -> str:
    """Say that a sequence is too short to be fitted and tested, and what would be enough."""
    hidden, smaller = experiment.query.hidden, steps // 3 - 1
    what = {"text": "type a longer text", "series": "give more numbers"}.get(
        experiment.query.input, "take a longer one"
    )
    way = f", or lower hidden to {smaller}" if smaller >= 1 and steps >= 30 else ""
    return (
        f"This sequence has {counted(steps, 'step')}: to fit {counted(hidden, 'number')} a step to one part of it and "
        f"to test them on another takes at least {need:,}. Please {what}{way}."
    )


def sentences_of(
    experiment: Experiment, models: tuple[ModelFacts, ...], left_out: tuple[str, ...], span: Span
) -> list[str]:
    """Say what the order is worth to the model that is set, and what it still holds of the past."""
    named = {each.name: each for each in models}
    mine = named.get(experiment.query.model)
    if mine is None:
        return [left_out[0] if left_out else "Nothing was measured."]
    held = _memory(mine, named, experiment.query.window)
    return [_order(mine, span), _triangles(mine, named.get("mlp")), *([held] if held else [])]


def _order(mine: ModelFacts, span: Span) -> str:
    """Say how well the next value is foretold, in each order."""
    tested = f"Over {span.steps:,} steps"
    if np.isnan(mine.unexplained[0]):
        return f"{tested} nothing changes in the tested part: there is nothing to foretell, in any order."
    original, shuffled, back = (_share(float(value)) for value in mine.unexplained)
    told = (
        f"{tested} the {mine.label} leaves {original} of the next value’s variance unexplained, "
        f"{shuffled if np.isfinite(mine.unexplained[1]) else 'an unknown share'} once it is shuffled and "
        f"{back if np.isfinite(mine.unexplained[2]) else 'an unknown share'} backwards"
    )
    if np.isfinite(mine.hits).all():
        hits, lost = (percent(float(value)) for value in mine.hits[:2])
        told += f"; it foretells {hits} of the characters, shuffled {lost}"
    return f"{told}."


def _share(value: float) -> str:
    """Write a share of the variance; a prediction may be wrong by any factor."""
    return percent(value) if not value > _RUNAWAY else f"more than {percent(_RUNAWAY)}"


def _triangles(mine: ModelFacts, mlp: ModelFacts | None) -> str:
    """Say by how much a shuffle changes the triangles."""
    change = float(mine.change[1])
    if change <= _SAME:
        return f"Shuffling leaves the triangle of the {mine.label} as it is."
    size = f"by a factor of up to {power(change)}" if np.isfinite(change) else "down to nothing in places"
    same = mine.name != "mlp" and mlp is not None and float(mlp.change[1]) <= _SAME
    return f"Shuffling changes its triangle {size}{', that of the MLP not at all' if same else ''}."


def _memory(mine: ModelFacts, named: dict[str, ModelFacts], window: int) -> str:
    """Say how far back what entered can be read, by the model that is set and by the window."""
    parts = [_reach(each) for each in (mine, named.get("window")) if each is not None and each.memory.size]
    unique = [part for index, part in enumerate(parts) if part and part not in parts[:index]]
    if not unique:
        return ""
    beside, held = " and ".join(unique), named.get("window")
    many = held is not None and bool(np.isnan(held.memory).any())
    told = " The window holds too many numbers to be fitted on so few steps." if many else ""
    return f"More than half of what entered can be read back {beside} (K = {window:,}).{told}"


def _reach(each: ModelFacts) -> str:
    """Say for how many steps more than half of the variance is read back."""
    if np.isnan(each.memory).any():
        return ""
    below = np.flatnonzero(each.memory < _HELD)
    steps = len(each.memory) - 1 if not below.size else int(below[0]) - 1
    if steps < 0:
        return f"from no step at all out of the {EVERY_MODEL[each.name].label}"
    back = (
        f"from {counted(steps, 'step')} ago and more" if not below.size else f"from up to {counted(steps, 'step')} ago"
    )
    return f"{back} out of the {EVERY_MODEL[each.name].label}"
