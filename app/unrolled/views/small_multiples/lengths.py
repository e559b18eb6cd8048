"""The same network over longer and longer sequences."""

from unrolled.experiment.experiment import LINKED, TRIANGLE_FIELDS, Experiment
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import LeftOut, View
from unrolled.views.small_multiples.figure import small_multiples_figure
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.small_multiples.sweep import Choices, Sweep
from unrolled.views.small_multiples.text import LENGTHS as MESSAGES
from unrolled.views.text.message import joined, say
from unrolled.views.text.numbers import counted, factor, pace
from unrolled.views.text.reach import direct_sentence

_LENGTHS = (8, 16, 32, 64, 128, 256)


def _choices(experiment: Experiment) -> Choices:
    """Give the lengths: powers of two and the current one; an own sequence is only cut, never made longer."""
    current = experiment.query.length
    lengths = sorted({current, *(length for length in _LENGTHS if experiment.inputs is None or length < current)})
    return [(length, f"T = {length:,}") for length in lengths]


def _sentence(_: Experiment, panels: tuple[Panel, ...], left_out: tuple[LeftOut, ...]) -> str:
    """Say how the rate changes with the length, and how much of the gradient the longest sequence leaves."""
    if not panels[-1].told.profile.chained:
        return direct_sentence(panels[-1].told.profile, panels[-1].label)
    rates = [(panel, rate) for panel in panels if (rate := panel.told.summary.rate) is not None]
    sentences: list[str] = []
    if len(rates) > 1:
        (first, first_rate), (last, last_rate) = rates[0], rates[-1]
        steady = abs(last_rate - first_rate) <= 0.1 * max(abs(first_rate), 0.02)
        sentences.append(
            say(
                MESSAGES["steady" if steady else "changes"],
                first_rate=pace(first_rate),
                first=counted(int(first.value), "step"),
                last_rate=pace(last_rate),
                last=counted(int(last.value), "step"),
            )
        )
        # A block that begins as zero is compared with the first lag at which it is not.
        size = last.log10_norm[-1, 0] - last.told.profile.reference
        if size != float("-inf"):
            k, t = last.steps[[0, -1]].tolist()
            sentences.append(say(MESSAGES["product"], t=t, k=k, size=factor(float(size))))
    summaries = [(panel.label, panel.told.summary) for panel in panels]
    dead = [label for label, summary in summaries if summary.verdict == "zero"]
    if dead:
        sentences.append(say(MESSAGES["dies"], label=dead[0]))
    if left_out:
        sentences.append(say(MESSAGES["left_out"], label=left_out[0].label))
    return joined(*sentences) or MESSAGES["nothing"]


_SWEEP = Sweep("length", _choices, _sentence)

VIEW = View(
    name="lengths",
    label="Across lengths",
    question="How does the picture change as the sequence grows longer?",
    formula=r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\quad\text{for }T=8,16,\dots,256",
    source="Bengio, Simard and Frasconi 1994, “Learning long-term dependencies with gradient descent is difficult”",
    fields=TRIANGLE_FIELDS | LINKED,
    compute=_SWEEP.compute,
    figure=small_multiples_figure,
    cost=_SWEEP.cost,
    is_of_one=False,
    panel=PagePanel(
        how="The same network unrolled over more and more steps, on the same scale. Choose one to make it the "
        "main picture.",
        row=4,
        instrument="strip",
        field="length",
    ),
)
