"""What of the page means something for a network: its fields and its panels."""

from collections.abc import Mapping

from unrolled.core.networks.registry import DIRECT, EVERY_MODEL, MODELS
from unrolled.query.relevance import MODELS_OF_FIELD, is_irrelevant_field
from unrolled.views import VIEWS

_WITH_CELL = tuple(model.name for model in MODELS.values() if "c" in model.states)

# The models that a field or a view means something for; what is not listed means something for all.
MODELS_OF: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(sorted(view.models)) for name, view in VIEWS.items() if view.models < set(EVERY_MODEL)},
    **MODELS_OF_FIELD,
    "activations": ("rnn",),
    "shortcuts": _WITH_CELL,
}
# A model without recurrence carries nothing.
STATES: Mapping[str, tuple[str, ...]] = dict.fromkeys(DIRECT, ()) | {
    model.name: model.states for model in MODELS.values()
}


def is_irrelevant(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field or a view says nothing about a network: scripts hide it, a page without them shows it."""
    if name in MODELS_OF and values.get("model") in EVERY_MODEL and values["model"] not in MODELS_OF[name]:
        return True
    return is_irrelevant_field(name, values)
