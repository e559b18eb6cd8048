"""Which fields mean something for a network: an LSTM has no activation to choose, one layer no other."""

from collections.abc import Mapping

from unrolled.core.model import Model
from unrolled.core.models import MODELS
from unrolled.query.fields import Fields


def models_of_field(name: str) -> tuple[str, ...]:
    """Name the models that a field means something for, in the order of their table."""
    needs = Fields.entry(name).needs
    models = tuple(model for model, row in MODELS.items() if name in row.reads or (needs and _has(row, needs)))
    # What no model reads by its row counts for every model.
    return models if models or needs else tuple(MODELS)


def irrelevant_fields(model: str) -> frozenset[str]:
    """Name the fields that say nothing about a model."""
    return frozenset(name for name in Fields.names() if model not in models_of_field(name))


def is_irrelevant_field(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field says nothing about the network that a form describes."""
    if Fields.entry(name).stacked and values.get("layers") == "1":
        return True
    model = values.get("model", "")
    return model in MODELS and model not in models_of_field(name)


def _has(model: Model, needs: str) -> bool:
    return model.has_recurrent_matrix if needs == "recurrent matrix" else bool(model.states)
