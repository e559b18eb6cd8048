"""What of the page means something for a network: its fields and its panels."""

from collections.abc import Mapping

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.query.relevance import MODELS_OF_FIELD, is_irrelevant_field
from unrolled.views import VIEWS


def models_of(name: str) -> tuple[str, ...]:
    """Give the models that a field or a view means something for; empty where it does for all."""
    if name not in VIEWS:
        return MODELS_OF_FIELD.get(name, ())
    models = VIEWS[name].shown_for
    return () if models >= EVERY_MODEL.keys() else tuple(sorted(models))


def is_irrelevant(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field or a view says nothing about a network: scripts hide it, a page without them shows it."""
    if name not in VIEWS:
        return is_irrelevant_field(name, values)
    model, models = values.get("model"), models_of(name)
    return model in EVERY_MODEL and model not in (models or EVERY_MODEL)
