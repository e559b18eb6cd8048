"""How the curve of each model is drawn, the same in every chart that has one line a model."""

from collections.abc import Mapping
from typing import Any

from unrolled.views.plots.colour import ACCENT, INK

COLD, WARM = "#3a77ad", "#b8641f"
_GREEN, _VIOLET = "#2f8f6b", "#8a63b5"

LINES: Mapping[str, Mapping[str, Any]] = {
    "rnn": {"color": ACCENT, "width": 2.5},
    "lstm": {"color": COLD, "width": 2.5},
    "gru": {"color": WARM, "width": 2.5},
    "mlp": {"color": INK, "width": 1.5, "dash": "dot"},
    "window": {"color": _GREEN, "width": 2.5},
    "attention": {"color": _VIOLET, "width": 2, "dash": "dash"},
}
