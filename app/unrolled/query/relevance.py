"""Which fields mean something for a network: an LSTM has no activation to choose, one layer no other."""

from collections.abc import Mapping
from functools import cache

from unrolled.core.networks.registry import ACTIVATED, EVERY_MODEL, MODELS
from unrolled.query.fields import fields_where

_KEEPERS = tuple(model.name for model in MODELS.values() if model.keeps)

# The models that a field means something for; what is not listed means something for all.
MODELS_OF_FIELD: Mapping[str, tuple[str, ...]] = {
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
}
STACKED = frozenset(fields_where(lambda entry: entry.stacked))


@cache
def irrelevant_fields(model: str) -> frozenset[str]:
    """Name the fields that say nothing about a model."""
    return frozenset(name for name, models in MODELS_OF_FIELD.items() if model not in models)


def is_irrelevant_field(name: str, values: Mapping[str, str]) -> bool:
    """Tell whether a field says nothing about the network that a form describes."""
    if name in STACKED and values.get("layers") == "1":
        return True
    return (
        name in MODELS_OF_FIELD and values.get("model") in EVERY_MODEL and values["model"] not in MODELS_OF_FIELD[name]
    )
