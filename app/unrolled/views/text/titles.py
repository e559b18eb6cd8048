"""What a shared link says of itself, computed from its query."""

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number

MESSAGES = {
    "title": "{model}, {steps}",
    "title.activated": "{activation} {model}, {steps}",
    "title.stacked": "{model} of {layers} layers, {steps}",
    "title.activated.stacked": "{activation} {model} of {layers} layers, {steps}",
    "truncated": "{model}, {kind} truncation at {window}",
    "gain": "gain {gain}",
    "seed": "seed {seed}",
    "description": "{title}: {verdict} {setting}.",
}


def title_of(query: Query) -> str:
    """Name a picture: ``tanh RNN, 32 steps``."""
    reads = query.row.reads
    activated = ".activated" if "activation" in reads else ""
    stacked = ".stacked" if query.layers > 1 and "layers" in reads else ""
    return MESSAGES[f"title{activated}{stacked}"].format(
        activation=ACTIVATIONS[query.activation].label,
        model=name_of(query),
        layers=query.layers,
        steps=counted(query.length, "step"),
    )


def name_of(query: Query) -> str:
    """Name the model, and what is cut off of its gradient: ``RNN``, ``LSTM, sliding truncation at 8``."""
    model = query.row.words.title.format(inputs=counted(query.window, "input"))
    if query.truncation == "none":
        return model
    return MESSAGES["truncated"].format(model=model, kind=query.truncation, window=query.window)


def setting_of(query: Query) -> tuple[str, ...]:
    """Name the rest of a setting: units, initialisation, gain where it is not 1, input and seed."""
    gain = () if query.gain == 1.0 else (MESSAGES["gain"].format(gain=number(query.gain)),)
    return (
        counted(query.hidden, "hidden unit"),
        INITIALISATIONS[query.init].label,
        *gain,
        SEQUENCES[query.input].label,
        MESSAGES["seed"].format(seed=query.seed),
    )


def description_of(query: Query, verdict: str) -> str:
    """Describe a picture by its verdict: ``tanh RNN, 32 steps: gradients fade …``, and its setting."""
    setting = ", ".join(setting_of(query))
    return MESSAGES["description"].format(
        title=title_of(query), verdict=verdict[:1].lower() + verdict[1:], setting=setting[:1].upper() + setting[1:]
    )
