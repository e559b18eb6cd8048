"""What the scripts know of the fields of the query, out of their entries."""

from typing import Any

from unrolled.core.models import MODELS
from unrolled.query.choices import properties
from unrolled.query.fields import STATELESS_DEFAULTS
from unrolled.query.query import BLANK, Query


def script_schema() -> dict[str, Any]:
    """Give the defaults of all fields, and of those that differ for a model without a state; what each model carries.

    ``texts`` may be empty, and are compared as they stand; of ``prose`` no other value can be offered.
    """
    strings = [name for name, schema in properties().items() if schema["type"] == "string" and "enum" not in schema]
    return {
        "defaults": Query().model_dump(),
        "stateless": STATELESS_DEFAULTS,
        "states": {name: model.states for name, model in MODELS.items()},
        "texts": sorted(BLANK),
        "prose": strings,
    }
