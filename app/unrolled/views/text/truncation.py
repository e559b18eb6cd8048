"""What a truncation cuts off, and which derivative a model without a state shows, as notes under the picture."""

from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.variants import PANEL_LENGTH
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted

_DETACH = (
    "What detach() does: the state keeps its value, so every prediction is the same, but its gradient ends there, so "
    "what came before it hears nothing of later losses."
)


def truncation_notes(cut: Truncation, length: int) -> tuple[str, ...]:
    """Say how much is cut off, and answer the two questions that a truncation raises.

    Parameters
    ----------
    cut : Truncation
        The truncation.
    length : int
        T.

    Returns
    -------
    tuple of str
        Nothing where nothing is cut off.
    """
    if not cut.is_on:
        return ()
    every, kept = length * (length + 1) // 2, cut.pairs(length)
    chunked, sliding = (Truncation(kind, cut.window).pairs(length) for kind in ("chunked", "sliding"))
    told = (
        f"Truncated, {cut.kind} at K = {cut.window:,}: of {counted(every, 'pair')} (t, k) {kept:,} are kept "
        f"({100 * kept / every:.2g} %). Faint cells are cut off; verdict, horizon and rate are those "
        "of the whole chain."
    )
    differ = (
        f"Why the two kinds differ: chunked, a loss in the first step of its chunk reaches back to that step alone; "
        f"sliding, every loss reaches back K steps. Here they keep {chunked:,} and {sliding:,} pairs."
    )
    return told, _DETACH, differ


def direct_notes(query: Query) -> tuple[str, ...]:
    """Say which derivative is shown of a model without a state, and why.

    Parameters
    ----------
    query : Query
        What is shown.

    Returns
    -------
    tuple of str
        Nothing for a recurrent model that is asked for its states.
    """
    if query.is_direct:
        return (
            f"This model ({EVERY_MODEL[query.model].label}) carries no state, so there is no ∂hₜ/∂hₖ: shown is "
            "∂oₜ/∂xₖ, how the output at t moves with the input at k.",
        )
    if query.of == "o":
        return (f"Shown is ∂oₜ/∂{query.wrt}ₖ: the output o predicts the next input, oₜ = Wₕₒ hₜ + bₕₒ.",)
    return ()


def shortened_note(experiment: Experiment, field: str) -> str:
    """Say that a strip shows only the first steps, if it does.

    Parameters
    ----------
    problem : Experiment
        The network and its input.
    field : str
        The field that runs.

    Returns
    -------
    str
        A sentence with a space before it, or nothing.
    """
    long = field != "length" and experiment.query.length > PANEL_LENGTH
    return f" All of them over the first {PANEL_LENGTH:,} steps." if long else ""


def faint_note(experiment: Experiment) -> str:
    """Say that cells are cut off by a truncation, if so.

    Parameters
    ----------
    problem : Experiment
        The network and its input.

    Returns
    -------
    str
        A sentence with a space before it, or nothing.
    """
    cut = experiment.query.truncation != "none"
    return " What the truncation cuts off is faint; rates are those of the whole chain." if cut else ""
