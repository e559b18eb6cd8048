"""The title and the description of a page some of whose fields are left out: a question must not carry its answer."""

from collections.abc import Set as AbstractSet

from unrolled.core.networks.registry import ACTIVATED
from unrolled.query.choices import labels
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number
from unrolled.views.text.titles import description_of, name_of, title_of

# The fields that title, description and preview name.
_NAMED = frozenset({"model", "activation", "length", "hidden", "init", "gain", "input", "seed"})


def hidden(hide: AbstractSet[str]) -> frozenset[str]:
    """Give the named fields that the page must not tell.

    Parameters
    ----------
    hide : set of str
        Controls and parts that are left out.

    Returns
    -------
    frozenset of str
        All of the named fields where the controls are left out together.
    """
    return _NAMED if "controls" in hide else _NAMED & hide


def title_without(query: Query, hide: AbstractSet[str]) -> str:
    """Name a picture by what may be told.

    Parameters
    ----------
    query : Query
        What is shown.
    hide : set of str
        Controls and parts that are left out.

    Returns
    -------
    str
        For example ``tanh RNN, 32 steps``, or ``RNN, 32 steps`` without the activation.
    """
    secret = hidden(hide)
    if not secret:
        return title_of(query)
    activation = (
        "" if "activation" in secret or query.model not in ACTIVATED else labels("activation")[query.activation]
    )
    model = "network" if "model" in secret else name_of(query)
    network = f"{activation} {model}".strip()
    network = f"{network[:1].upper()}{network[1:]}" if not activation else network
    return network if "length" in secret else f"{network}, {counted(query.length, 'step')}"


def description_without(query: Query, hide: AbstractSet[str], sentence: str) -> str:
    """Describe a picture by its verdict and by what may be told.

    Parameters
    ----------
    query : Query
        What is shown.
    hide : set of str
        Controls and parts that are left out.
    sentence : str
        The verdict; it is left out with the fields, because it may name one.

    Returns
    -------
    str
        The title, then the rest of the setting.
    """
    secret = hidden(hide)
    if not secret:
        return description_of(query, sentence)
    told = {
        "hidden": counted(query.hidden, "hidden unit"),
        "init": labels("init")[query.init],
        "gain": f"gain {number(query.gain)}" if query.gain != 1 else "",
        "input": labels("input")[query.input],
        "seed": f"seed {query.seed}",
    }
    parts = [text for name, text in told.items() if text and name not in secret]
    return ", ".join([title_without(query, hide), *parts]) + "."
