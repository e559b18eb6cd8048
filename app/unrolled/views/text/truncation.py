"""What a truncation cuts off, and which derivative a model without a state shows, as notes under the picture."""

from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.variants import PANEL_LENGTH
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted

MESSAGES = {
    "truncated": "Truncated, {kind} at K = {window}: of {pairs} (t, k) {kept} are kept ({share} %). Faint cells are "
    "cut off; verdict, horizon and rate are those of the whole chain.",
    "detach": "What detach() does: the state keeps its value, so every prediction is the same, but its gradient ends "
    "there, so what came before it hears nothing of later losses.",
    "kinds": "Why the two kinds differ: chunked, a loss in the first step of its chunk reaches back to that step "
    "alone; sliding, every loss reaches back K steps. Here they keep {chunked} and {sliding} pairs.",
    "direct": "This model ({label}) carries no state, so there is no ∂hₜ/∂hₖ: shown is ∂oₜ/∂xₖ, how the output at t "
    "moves with the input at k.",
    "output": "Shown is ∂oₜ/∂{wrt}ₖ: the output o predicts the next input, oₜ = Wₕₒ hₜ + bₕₒ.",
    "shortened": "All of them over the first {steps} steps.",
    "faint": "What the truncation cuts off is faint; rates are those of the whole chain.",
}


def truncation_notes(truncation: Truncation, length: int) -> tuple[str, ...]:
    """Say how much is cut off, and answer the two questions that a truncation raises; nothing without one."""
    if not truncation.is_on:
        return ()
    pairs, kept = length * (length + 1) // 2, truncation.pairs(length)
    chunked, sliding = (Truncation(kind, truncation.window).pairs(length) for kind in ("chunked", "sliding"))
    return (
        MESSAGES["truncated"].format(
            kind=truncation.kind,
            window=f"{truncation.window:,}",
            pairs=counted(pairs, "pair"),
            kept=f"{kept:,}",
            share=f"{100 * kept / pairs:.2g}",
        ),
        MESSAGES["detach"],
        MESSAGES["kinds"].format(chunked=f"{chunked:,}", sliding=f"{sliding:,}"),
    )


def direct_notes(query: Query) -> tuple[str, ...]:
    """Say which derivative is shown where it is not one of states, and why."""
    if not query.state_names:
        return (MESSAGES["direct"].format(label=query.row.label),)
    return (MESSAGES["output"].format(wrt=query.wrt),) if query.of == "o" else ()


def shortened_note(experiment: Experiment, field: str) -> str:
    """Say that small multiples over a field show only the first steps; empty if they show all."""
    shortened = field != "length" and experiment.query.length > PANEL_LENGTH
    return MESSAGES["shortened"].format(steps=f"{PANEL_LENGTH:,}") if shortened else ""


def faint_note(experiment: Experiment) -> str:
    """Say that cells are cut off by a truncation; empty without one."""
    return MESSAGES["faint"] if experiment.query.truncation != "none" else ""
