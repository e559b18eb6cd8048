"""The panels of the page in their places, and what of the page a frame can leave out."""

from itertools import groupby

from unrolled.query.fields import fields_where
from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.views.contract.view import View

# The macro and the script of the main picture, which is never left out.
MAIN = "triangle"

# What can be left out beside the panels.
_BEFORE = (("controls", "all controls", False),)
_BETWEEN = (
    ("verdict", "verdict", False),
    ("checks", "self-check", True),
)
_BEHIND = (("share", "sharing", True), ("reading", "how to read", True))


def panel_rows() -> list[list[View]]:
    """Set the panels out in rows; a view that names no row has one of its own behind the others."""
    panels = [(view.panel, name) for name, view in VIEWS.items()]
    placed = sorted((panel.row, panel.column, name) for panel, name in panels if panel.row is not None)
    rows = [[VIEWS[name] for _, _, name in row] for _, row in groupby(placed, key=lambda place: place[0])]
    return rows + [[view] for view in VIEWS.values() if view.panel.row is None]


def parts_to_leave_out() -> list[tuple[str, str, bool]]:
    """Give name, label and whether it is left out at first of what a frame can do without, to set a question."""
    views = [view for row in panel_rows() for view in row if view.panel.instrument != MAIN]
    panels = [(view.name, view.panel.short or _lowered(view.label), view.panel.left_out) for view in views]
    asked = [(name, _lowered(Query.entry(name).label), False) for name in fields_where(lambda entry: entry.asked)]
    return [*_BEFORE, *asked, *_BETWEEN, *panels, *_BEHIND]


def _lowered(label: str) -> str:
    return label[0].lower() + label[1:]
