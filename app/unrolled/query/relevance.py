"""Which fields mean something for a network: an LSTM has no activation to choose, one layer no other."""

from collections.abc import Mapping

from unrolled.core.model import Model
from unrolled.core.models import MODELS
from unrolled.query.fields import Fields, fields_where

STACKED = frozenset(fields_where(lambda entry: entry.stacked))
# What only means something along a chain of states, and to the gradient of its recurrent matrix.
_OF_STATES = STACKED | {"truncation", "window"}
_OF_THE_MATRIX = frozenset({"loss", "tolerance"})


def models_of_field(name: str) -> tuple[str, ...]:
    """Name the models that a field means something for, in the order of their table."""
    return tuple(model.name for model in MODELS.values() if _counts(name, model))


def irrelevant_fields(model: str) -> frozenset[str]:
    """Name the fields that say nothing about a model."""
    return frozenset(name for name in Fields.names() if not _counts(name, MODELS[model]))


def is_irrelevant_field(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field says nothing about the network that a form describes."""
    if name in STACKED and values.get("layers") == "1":
        return True
    model = MODELS.get(values.get("model", ""))
    return model is not None and not _counts(name, model)


def _counts(name: str, model: Model) -> bool:
    if name in model.reads or (name in _OF_STATES and model.states):
        return True
    if name in _OF_THE_MATRIX:
        return model.has_recurrent_matrix
    return name not in _OF_STATES and not any(name in other.reads for other in MODELS.values())
