"""The same experiment with one field changed: the variants that views and comparisons set side by side."""

from typing import Any

from unrolled.core.models import MODELS
from unrolled.experiment.experiment import WINDOW_FIELDS, Experiment

PANEL_LENGTH = 2048


def variant_of(experiment: Experiment, field: str, value: str | int) -> Experiment:
    """Change one field, and leave out what may not fit: chosen cell, window, the cell of an LSTM."""
    fields: dict[str, Any] = dict.fromkeys(("t", "k", *WINDOW_FIELDS)) | {field: value}
    if field == "model" and MODELS[str(value)].states:
        asked = {name: experiment.query.value(name) for name in ("of", "wrt")}
        # Beside a model without a state the others are asked what it can answer.
        fields |= {name: "h" if part == "c" else part for name, part in asked.items()}
    return experiment.changed(**fields)


def comparable_models(experiment: Experiment) -> tuple[str, ...]:
    """Name the models that can be measured beside each other: weights of one's own fit theirs only."""
    return tuple(MODELS) if experiment.weights is None else (experiment.query.model,)
