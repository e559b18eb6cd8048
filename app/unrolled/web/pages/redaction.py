"""The title and the description of a page some of whose fields are left out: a question must not carry its answer."""

from collections.abc import Set as AbstractSet

from unrolled.query.choices import labels
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number
from unrolled.views.text.titles import description_of, name_of, title_of

# The fields that title, description and preview name.
_NAMED = frozenset({"model", "activation", "length", "hidden", "init", "gain", "input", "seed"})


def redacted_fields(hide: AbstractSet[str]) -> frozenset[str]:
    """Give the named fields that the page must not give away; all where the controls are left out together."""
    return _NAMED if "controls" in hide else _NAMED & hide


def redacted_title(query: Query, hide: AbstractSet[str]) -> str:
    """Name a picture by what is not redacted: ``tanh RNN, 32 steps``, or ``RNN, 32 steps`` without the activation."""
    secret = redacted_fields(hide)
    if not secret:
        return title_of(query)
    activation = (
        "" if "activation" in secret or "activation" not in query.row.reads else labels("activation")[query.activation]
    )
    model = "network" if "model" in secret else name_of(query)
    network = f"{activation} {model}".strip()
    network = f"{network[:1].upper()}{network[1:]}" if not activation else network
    return network if "length" in secret else f"{network}, {counted(query.length, 'step')}"


def redacted_description(query: Query, hide: AbstractSet[str], sentence: str) -> str:
    """Describe a picture by what is not redacted; the verdict goes with any redaction, because it may name a field."""
    secret = redacted_fields(hide)
    if not secret:
        return description_of(query, sentence)
    settings = {
        "hidden": counted(query.hidden, "hidden unit"),
        "init": labels("init")[query.init],
        "gain": f"gain {number(query.gain)}" if query.gain != 1 else "",
        "input": labels("input")[query.input],
        "seed": f"seed {query.seed}",
    }
    parts = [text for name, text in settings.items() if text and name not in secret]
    return ", ".join([redacted_title(query, hide), *parts]) + "."
