"""What a shared link says of itself, computed from its query."""

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.networks.registry import ACTIVATED
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number


def title_of(query: Query) -> str:
    """Name a picture.

    Parameters
    ----------
    query : Query
        What is shown.

    Returns
    -------
    str
        For example ``tanh RNN, 32 steps``.
    """
    activation = f"{ACTIVATIONS[query.activation].label} " if query.model in ACTIVATED else ""
    layers = "" if query.layers == 1 or query.model == "attention" else f" of {query.layers} layers"
    return f"{activation}{name_of(query)}{layers}, {counted(query.length, 'step')}"


def name_of(query: Query) -> str:
    """Name the model, and what is cut off of its gradient.

    Parameters
    ----------
    query : Query
        What is shown.

    Returns
    -------
    str
        For example ``RNN``, ``LSTM truncated at 8`` or ``MLP over 8 inputs``.
    """
    if query.model == "window":
        return f"MLP over {counted(query.window, 'input')}"
    name = {"attention": "causal attention"}.get(query.model, query.model.upper())
    return name if query.truncation == "none" else f"{name}, {query.truncation} truncation at {query.window}"


def setting_of(query: Query) -> tuple[str, ...]:
    """Name the rest of a setting.

    Parameters
    ----------
    query : Query
        What is shown.

    Returns
    -------
    tuple of str
        Units, initialisation, gain where it is not 1, input and seed.
    """
    gain = () if query.gain == 1.0 else (f"gain {number(query.gain)}",)
    return (
        counted(query.hidden, "hidden unit"),
        INITIALISATIONS[query.init].label,
        *gain,
        SEQUENCES[query.input].label,
        f"seed {query.seed}",
    )


def description_of(query: Query, sentence: str) -> str:
    """Describe a picture by its verdict.

    Parameters
    ----------
    query : Query
        What is shown.
    sentence : str
        The verdict.

    Returns
    -------
    str
        For example ``tanh RNN, 32 steps: gradients fade by 10^−0.3 a step …``, then the setting.
    """
    setting = ", ".join(setting_of(query))
    return f"{title_of(query)}: {sentence[:1].lower()}{sentence[1:]} {setting[:1].upper()}{setting[1:]}."
