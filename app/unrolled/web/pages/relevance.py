"""What of the page means something for a network: an LSTM has no activation to choose, one layer no other."""

from collections.abc import Mapping

from unrolled.core.networks.registry import ACTIVATED, DIRECT, EVERY_MODEL, MODELS
from unrolled.views import VIEWS

_KEEPERS = tuple(model.name for model in MODELS.values() if model.keeps)
_CELLED = tuple(model.name for model in MODELS.values() if "c" in model.states)

# The models that a field or a view means something for; what is not listed means something for all.
MODELS_OF: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(sorted(view.models)) for name, view in VIEWS.items() if view.models < set(EVERY_MODEL)},
    "activation": ACTIVATED,
    "layers": (*MODELS, "mlp", "window"),
    "truncation": tuple(MODELS),
    "window": (*MODELS, "window"),
    "loss": tuple(MODELS),
    "tolerance": tuple(MODELS),
    "key": ("attention",),
    "positions": ("attention",),
    "layer": tuple(MODELS),
    "origin": tuple(MODELS),
    "forget_bias": _KEEPERS,
    "chrono": _KEEPERS,
    "reset": ("gru",),
    "activations": ("rnn",),
    "shortcuts": _CELLED,
}
STACKED = frozenset({"layer", "origin"})
# A model without recurrence carries nothing.
STATES: Mapping[str, tuple[str, ...]] = dict.fromkeys(DIRECT, ()) | {
    model.name: model.states for model in MODELS.values()
}


def is_needless(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field or a view says nothing about a network: scripts hide it, a page without them shows it.

    Parameters
    ----------
    name : str
        A field of the query, or a view.
    values : mapping
        What stands in the form.

    Returns
    -------
    bool
        Whether it may be hidden.
    """
    if name in STACKED and values.get("layers") == "1":
        return True
    return name in MODELS_OF and values.get("model") in EVERY_MODEL and values["model"] not in MODELS_OF[name]
