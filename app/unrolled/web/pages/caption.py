"""What is set, in one line; `static/js/state/caption.js` writes the same line after a change."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from unrolled.query.choices import labels
from unrolled.query.query import Query
from unrolled.web.pages.relevance import is_needless

# Field by field: what stands before the value, and whether the value has a name of its own.
_ALWAYS = ("model", "activation", "length", "hidden", "init", "gain", "input", "seed")
_ORDER = (
    "model", "activation", "layers", "length", "hidden", "init", "gain", "forget_bias", "chrono", "reset", "key",
    "positions", "truncation", "window", "loss", "tolerance", "input", "order", "seed", "of", "layer", "origin", "norm",
)  # fmt: skip
_WORDS = {
    "length": "T {}",
    "hidden": "H {}",
    "layers": "{} layers",
    "gain": "gain {}",
    "forget_bias": "forget bias {}",
    "chrono": "chrono {}",
    "reset": "reset {}",
    "key": "d_k {}",
    "positions": "{} positions",
    "loss": "loss: {}",
    "tolerance": "bias up to {}",
    "seed": "seed {}",
    "layer": "layer {}",
    "origin": "from layer {}",
    "norm": "{} norm",
}


def setting_line(values: Mapping[str, str], hide: AbstractSet[str]) -> str:
    """Say what is drawn; a control that is left out is a question to the reader and is not given away.

    Parameters
    ----------
    values : mapping
        What stands in the form.
    hide : set of str
        Controls and parts that are left out.

    Returns
    -------
    str
        For example ``LSTM · 2 layers · T 32 · H 16 · PyTorch default · gain 1 · white noise · seed 0 · ∂c/∂h``.
    """
    if "controls" in hide:
        return ""
    parts = [_part(name, values) for name in _ORDER if name not in hide and not is_needless(name, values)]
    return " · ".join(part for part in parts if part)


def _part(name: str, values: Mapping[str, str]) -> str:
    """Word one field, or nothing where it is as it always is."""
    value = values[name]
    if name == "of":
        return "" if value == values["wrt"] == "h" else f"∂{value}/∂{values['wrt']}"
    if name == "window":
        # How far back counts where something is cut off, or where only so much is seen.
        return f"K {value}" if values["model"] == "window" or values["truncation"] != "none" else ""
    if name not in _ALWAYS and value in ("", Query().text_of(name)):
        return ""
    return _WORDS.get(name, "{}").format(labels(name).get(value, value))
