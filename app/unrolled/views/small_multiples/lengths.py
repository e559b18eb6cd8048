"""The same network over longer and longer sequences."""

from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.views.contract.payload import LeftOut
from unrolled.views.contract.view import View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.text.numbers import pace, power
from unrolled.views.text.verdict import hops

_LENGTHS = (8, 16, 32, 64, 128, 256)


def _choices(experiment: Experiment) -> Choices:
    """Give the lengths: powers of two and the current one; an own sequence is only cut, never made longer."""
    current = experiment.query.length
    lengths = sorted({current, *(length for length in _LENGTHS if experiment.inputs is None or length < current)})
    return [(length, f"T = {length:,}") for length in lengths]


def _sentence(_: Experiment, panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say how the rate changes with the length, and how much of the gradient the longest sequence leaves."""
    if not panels[-1].measured.profile.chained:
        return f"{hops(panels[-1].measured.profile)} ({panels[-1].label})."
    rated = [panel for panel in panels if panel.measured.summary.rate is not None]
    parts = []
    if len(rated) > 1:
        first, last = rated[0], rated[-1]
        rates = [panel.measured.summary.rate or 0.0 for panel in (first, last)]
        steady = abs(rates[1] - rates[0]) <= 0.1 * max(abs(rates[0]), 0.02)
        told = "The rate hardly depends on the length" if steady else "The rate changes with the length"
        parts.append(f"{told}: {pace(rates[0])} over {first.value} steps, {power(rates[1])} over {last.value:,}.")
        # A block that begins as zero is compared with the first lag at which it is not.
        size = last.measured.log10_norm[-1, 0] - last.measured.profile.reference
        if size != float("-inf"):
            ends = last.measured.steps[[0, -1]]
            parts.append(f"From step {ends[1]:,} back to step {ends[0]:,} it adds up to {power(float(size))}.")
    summaries = [(panel, panel.measured.summary) for panel in panels]
    dead = [panel for panel, each in summaries if each.rate is None and each.verdict == "vanishes"]
    if dead:
        parts.append(f"From {dead[0].label} on the typical product dies exactly.")
    if left_out:
        parts.append(f"From {left_out[0].label} on the state itself grows out of float64: no picture.")
    return " ".join(parts) or "With one length there is nothing to compare."


_COMPARISON = Sweep("length", _choices, _sentence)

VIEW = View(
    name="lengths",
    label="Across lengths",
    question="How does the picture change as the sequence grows longer?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\quad\text{for }T=8,16,\dots,256",
    source="Bengio, Simard and Frasconi 1994, “Learning long-term dependencies with gradient descent is difficult”",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_COMPARISON.compute,
    figure=small_multiples_figure,
    cost=_COMPARISON.cost,
)
