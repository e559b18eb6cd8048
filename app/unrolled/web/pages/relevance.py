"""What of the page means something for a network: its fields and its panels."""

from collections.abc import Mapping

from unrolled.core.models import MODELS
from unrolled.query.fields import is_irrelevant_field, models_of_field
from unrolled.views import VIEWS


def models_of(name: str) -> tuple[str, ...]:
    """Give the models that a field or a view means something for; empty where it does for all."""
    models = tuple(sorted(VIEWS[name].shown_for)) if name in VIEWS else models_of_field(name)
    return () if len(models) == len(MODELS) else models


def is_irrelevant(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field or a view says nothing about a network: scripts hide it, a page without them shows it."""
    if name not in VIEWS:
        return is_irrelevant_field(name, values)
    model, models = values.get("model"), models_of(name)
    return model in MODELS and model not in (models or MODELS)
