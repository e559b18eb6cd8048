"""Which steps of an unrolled network are drawn, and which are folded away in between."""

from collections.abc import Sequence
from dataclasses import dataclass

# So many steps are drawn whole, and so many rows at most of a longer sequence where there is room for neighbours.
MOST_ROWS = 12


@dataclass(frozen=True)
class Fold:
    """Steps that are not drawn one by one, the first and the last included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many steps are hidden."""
        return self.last - self.first + 1

    @property
    def name(self) -> str:
        """The id of its node."""
        return f"fold{self.first}"


Rows = Sequence[int | Fold]


def unroll(length: int, t: int, k: int, most: int = MOST_ROWS) -> list[int | Fold]:
    """Choose what is drawn: all of a short sequence; of a long one the ends, and t and k with their neighbours.

    Gives steps and folds from 1 to T; a fold hides at least two steps.
    """
    if length <= most:
        return list(range(1, length + 1))
    # As many neighbours as there is room for; one on either side always.
    return next(
        (rows for reach in (4, 3, 2) if len(rows := _folded(length, t, k, reach)) <= most), _folded(length, t, k, 1)
    )


def _folded(length: int, t: int, k: int, reach: int) -> list[int | Fold]:
    """Draw both ends, and t and k with some neighbours; fold the rest."""
    near = range(-reach, reach + 1)
    wanted = {1, 2, length - 1, length, *(k + step for step in near), *(t + step for step in near)}
    shown = sorted(step for step in wanted if 1 <= step <= length)
    rows: list[int | Fold] = []
    before = 0
    for step in shown:
        hidden = step - before - 1
        if hidden == 1:
            rows.append(step - 1)
        elif hidden > 1:
            rows.append(Fold(before + 1, step - 1))
        rows.append(step)
        before = step
    return rows
