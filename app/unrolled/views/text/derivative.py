"""The derivative that is looked at, in symbols, and what a truncation cuts off of it, as notes under the picture."""

from dataclasses import dataclass

from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.networks.diagrams.cell import LAYER_DIGITS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import Told
from unrolled.query.query import Query
from unrolled.views.text.message import Message, Text, say
from unrolled.views.text.numbers import counted

MESSAGES = {
    "truncated": "Truncated, {kind} at K = {window:,}: of {pairs} (t, k) {kept:,} are kept ({share} %). Faint cells "
    "are cut off.",
    "untruncated": "Verdict, horizon and rate are those of the derivative itself, which no truncation changes: a "
    "truncation cuts the gradient that is computed from it.",
    "told": "Verdict, horizon and rate are medians over {count} evenly spaced of the {length:,} steps t.",
    "detach": "What detach() does: the state keeps its value, so every prediction is the same, but its gradient ends "
    "there, so what came before it hears nothing of later losses.",
    "kinds": "Why the two kinds differ: chunked, a loss in the first step of its chunk reaches back to that step "
    "alone; sliding, every loss reaches back K steps. Here they keep {chunked:,} and {sliding:,} pairs.",
    "direct": "This model ({label}) carries no state, so there is no ∂hₜ/∂hₖ: shown is ∂oₜ/∂xₖ, how the output at t "
    "moves with the input at k.",
    "output": "Shown is ∂oₜ/∂{wrt}ₖ: the output o predicts the next input, oₜ = Wₕₒ hₜ + bₕₒ.",
    "shortened": "All of them over the first {steps}.",
    "faint": "What the truncation cuts off is faint; rates are those of the derivative itself.",
}


@dataclass(frozen=True)
class Derivative:
    """∂(of)_t/∂(wrt)_k between layers ``layer`` and ``origin``, counted from 1."""

    of: str
    wrt: str
    layer: int
    origin: int
    layers: int

    def ends(self, t: int, k: int) -> tuple[str, str]:
        """Write the later and the earlier value in a sentence: ``h_5``, between two layers ``h²_5``."""
        return self._end(self.of, t, self.layer), self._end(self.wrt, k, self.origin)

    def _end(self, letter: str, step: int, layer: int) -> str:
        is_across = self.layer != self.origin and letter not in "ox" and self.wrt != "x"
        return f"{letter}{LAYER_DIGITS[layer] if is_across else ''}_{step}"

    def symbols(self, t: str, k: str) -> str:
        """Write it for Plotly: ``∂h<sub>t</sub> / ∂h<sub>k</sub>``, the layers of several raised."""
        return f"{self._part(self.of, t, self.layer)} / {self._part(self.wrt, k, self.origin)}"

    def _part(self, letter: str, step: str, layer: int) -> str:
        superscript = f"<sup>({layer})</sup>" if self.layers > 1 and letter not in "ox" else ""
        return f"∂{letter}{superscript}<sub>{step}</sub>"


def derivative(query: Query) -> Derivative:
    """Read the derivative off a query, with the layers that were left out filled in."""
    layer = query.layers if query.layer is None else query.layer
    origin = 1 if query.wrt == "x" else layer if query.origin is None else query.origin
    return Derivative(query.of, query.wrt, layer, origin, query.layers)


def truncation_notes(truncation: Truncation, length: int) -> tuple[str, ...]:
    """Say how much is cut off, and answer the two questions that a truncation raises; nothing without one."""
    if not truncation.is_on:
        return ()
    pairs, kept = length * (length + 1) // 2, truncation.pairs(length)
    chunked, sliding = (Truncation(kind, truncation.window).pairs(length) for kind in ("chunked", "sliding"))
    return (
        say(
            MESSAGES["truncated"],
            kind=truncation.kind,
            window=truncation.window,
            pairs=counted(pairs, "pair"),
            kept=kept,
            share=Text(f"{100 * kept / pairs:.2g}", kept / pairs),
        ),
        MESSAGES["detach"],
        say(MESSAGES["kinds"], chunked=chunked, sliding=sliding),
    )


def summary_notes(known: Told, query: Query) -> tuple[Message, ...]:
    """Say of what verdict, horizon and rate are: of some steps of a long sequence, and of no truncation."""
    notes = () if query.truncation == "none" else (say(MESSAGES["untruncated"]),)
    if not known.is_sampled:
        return notes
    return (*notes, say(MESSAGES["told"], count=len(known.steps), length=query.length))


def direct_notes(query: Query) -> tuple[str, ...]:
    """Say which derivative is shown where it is not one of states, and why."""
    if not query.state_names:
        return (MESSAGES["direct"].format(label=query.row.label),)
    return (MESSAGES["output"].format(wrt=query.wrt),) if query.of == "o" else ()


def shortened_note(experiment: Experiment, steps: int) -> str:
    """Say that small multiples show only the first steps, as do their links; empty if they show all."""
    return say(MESSAGES["shortened"], steps=counted(steps, "step")) if steps < experiment.query.length else ""


def faint_note(experiment: Experiment) -> str:
    """Say that cells are cut off by a truncation; empty without one."""
    return MESSAGES["faint"] if experiment.query.truncation != "none" else ""
