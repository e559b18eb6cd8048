"""The controls under their headings, as a page sets them out."""

from collections.abc import Callable, Iterable

from unrolled.query.entry import HEADINGS, Place
from unrolled.web.pages.controls import Control

Group = tuple[str, list[Control]]


def open_groups(controls: Iterable[Control]) -> list[Group]:
    """Gather what stands on the explorer at once."""
    return _groups(controls, lambda place: "" if place.fold else place.group)


def folded_groups(controls: Iterable[Control]) -> list[Group]:
    """Gather what the explorer folds away."""
    return _groups(controls, lambda place: place.fold)


def compared_groups(controls: Iterable[Control]) -> list[Group]:
    """Gather what the networks of a comparison can have in common."""
    return _groups(controls, lambda place: place.compared or place.group)


def _groups(controls: Iterable[Control], heading_of: Callable[[Place], str]) -> list[Group]:
    """Set controls out under the headings that there are: by their order under their own, else as they come."""
    groups: dict[str, list[tuple[float, Control]]] = {}
    for control in controls:
        if control.place and (heading := heading_of(control.place)):
            order = control.place.order if heading == control.place.group else 0
            groups.setdefault(heading, []).append((order, control))
    known = {heading: index for index, heading in enumerate(HEADINGS)}
    return [
        (heading, [control for _, control in sorted(groups[heading], key=lambda row: row[0])])
        for heading in sorted(groups, key=lambda heading: known.get(heading, len(known)))
    ]
