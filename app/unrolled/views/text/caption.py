"""What is set, field by field, in a few words: the line above a figure."""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from unrolled.core.models import MODELS
from unrolled.query.choices import labels
from unrolled.query.entry import Said
from unrolled.query.fields import is_irrelevant_field
from unrolled.query.query import Query

Caption = list[dict[str, str]]

OWN_RECORDING = "sound, your own recording"


def caption(values: Mapping[str, str], *, own_recording: bool = False) -> Caption:
    """Give ``field`` and ``text`` of all that is worth naming, so that a page can leave out what a reader shall find.

    ``values`` are those of a form; `own_recording` says that a sound is not the bundled one.
    """
    parts = [(name, _text(name, said, values)) for name, said in _said() if not is_irrelevant_field(name, values)]
    if own_recording:
        parts = [(name, OWN_RECORDING if name == "input" else text) for name, text in parts]
    return [{"field": name, "text": text} for name, text in parts if text]


def line(parts: Caption, hide: AbstractSet[str] = frozenset()) -> str:
    """Join a caption, for example ``LSTM · 2 layers · T 32 · H 16 · PyTorch default · gain 1 · seed 0 · ∂c/∂h``."""
    if "controls" in hide:
        return ""
    return " · ".join(part["text"] for part in parts if part["field"] not in hide)


@cache
def _said() -> tuple[tuple[str, Said], ...]:
    """Give the fields that are worth naming, in their order."""
    rows = []
    for name in Query.names():
        entry = Query.entry(name)
        if entry.said:
            order = entry.said.order or (entry.place.order if entry.place else math.inf)
            rows.append((order, name, entry.said))
    return tuple((name, said) for _, name, said in sorted(rows, key=lambda row: row[0]))


def _text(name: str, said: Said, values: Mapping[str, str]) -> str:
    """Word one field, or nothing where it is as it always is."""
    value = values[name]
    if name == "of":
        return "" if value == values["wrt"] == "h" else f"∂{value}/∂{values['wrt']}"
    if name == "window":
        # How far back counts where something is cut off, or where only so much is seen.
        model = MODELS.get(values["model"])
        is_seen = model is not None and name in model.reads
        return f"K {value}" if is_seen or values["truncation"] != "none" else ""
    if not said.always and value in ("", Query().text_of(name)):
        return ""
    return said.words.format(labels(name).get(value, value))
