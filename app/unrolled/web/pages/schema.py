"""What the scripts know of the fields of the query, out of their entries."""

from collections.abc import Mapping
from typing import Any

from unrolled.core.networks.registry import DIRECT, MODELS
from unrolled.query.choices import properties
from unrolled.query.fields import DIRECT_DEFAULTS, fields_where
from unrolled.query.query import BLANK, Query

# A model without recurrence carries nothing.
STATES: Mapping[str, tuple[str, ...]] = dict.fromkeys(DIRECT, ()) | {
    model.name: model.states for model in MODELS.values()
}


def script_schema() -> dict[str, Any]:
    """Give the defaults of all fields, and of those that differ for a model without a state; what each model carries.

    ``texts`` may be empty, and are compared as they stand; of ``prose`` no other value can be offered; ``sight``
    is where somebody looks, and makes no other network.
    """
    strings = [name for name, schema in properties().items() if schema["type"] == "string" and "enum" not in schema]
    return {
        "defaults": Query().model_dump(),
        "stateless": DIRECT_DEFAULTS,
        "states": STATES,
        "texts": sorted(BLANK),
        "prose": strings,
        "sight": fields_where(lambda entry: entry.compared == "left out"),
    }
