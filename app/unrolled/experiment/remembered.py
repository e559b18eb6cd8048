"""Computations that are done once: each sees the fields that its answer is kept by, and no others.

A field that was forgotten gives no wrong number: it cannot be read. The computation is then repeated with it in sight.
"""

import warnings
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from unrolled.experiment.experiment import Experiment
from unrolled.query.part import HiddenField
from unrolled.runtime.memo import Memo

T = TypeVar("T")
More = TypeVarTuple("More")

_FORGOTTEN = "“{name}” reads {field}, which is none of its fields: it is computed again, and kept by {field} too."

# What was read beyond the fields of a computation, by its name: from then on it is shown.
_forgotten: dict[str, frozenset[str]] = {}


def remembered(
    name: str,
    fields: frozenset[str],
    compute: Callable[[Experiment, Memo, *More], T],
    experiment: Experiment,
    memo: Memo,
    *more: *More,
) -> T:
    """Compute something, once for all experiments that agree in these fields, and in what ``more`` it is given.

    The computation is given an experiment that shows these fields alone, so that it cannot depend on another.
    """
    while True:
        seen = sight(name, fields, experiment)
        try:
            return memo.get((name, seen.key, *more), lambda: compute(seen, memo, *more))  # noqa: B023 -- at once
        except HiddenField as hidden:
            widen(name, hidden, experiment)


def sight(name: str, fields: frozenset[str], experiment: Experiment) -> Experiment:
    """Give what a computation sees of an experiment: its fields, and those it was found to read as well."""
    return experiment.seeing(fields | _forgotten.get(name, frozenset()))


def widen(name: str, hidden: HiddenField, experiment: Experiment) -> None:
    """Show a computation the field that it asked for from now on, with a warning: its fields are incomplete.

    Raises ``hidden`` where the experiment itself does not show it: then it is the computation around this one that
    lacks it.
    """
    if not experiment.query.shows(hidden.field):
        raise hidden
    known = _forgotten.get(name, frozenset())
    wider = known | {hidden.field}
    warnings.warn(_FORGOTTEN.format(name=name, field=hidden.field), RuntimeWarning, stacklevel=3)
    # Of a cell that counts by its corner no part is shown: then everything is.
    _forgotten[name] = frozenset(experiment.query.names()) if wider == known else wider
