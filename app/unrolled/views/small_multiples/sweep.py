"""One question asked of several networks: a field runs through its values, and a sentence says what that shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unrolled.core.cost.derivative import Cost
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.variants import variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import LeftOut
from unrolled.views.small_multiples.measure import measure_panels, panels_cost, sample_count
from unrolled.views.small_multiples.panels import Panel, SmallMultiples
from unrolled.views.text.derivative import derivative, faint_note, shortened_note

Choices = Sequence[tuple[str | int, str]]


@dataclass(frozen=True)
class Sweep:
    """Small multiples as a question.

    ``choices`` gives the values of a query field with their labels in the order of the panels, ``sentence`` what the
    panels and what was left out show.
    """

    field: str
    choices: Callable[[Experiment], Choices]
    sentence: Callable[[Experiment, tuple[Panel, ...], tuple[LeftOut, ...]], str]

    def compute(self, experiment: Experiment, memo: Memo) -> SmallMultiples:
        """Measure the network under every value."""
        current = experiment.query.value(self.field)
        panels, left_out = measure_panels(experiment, memo, self.field, self.choices(experiment))
        sentence = self.sentence(experiment, panels, left_out)
        notes = shortened_note(experiment, self.field), faint_note(experiment)
        # What a panel measures may differ from what was asked for: only an LSTM has a cell.
        shown = derivative(variant_of(experiment, self.field, current).query)
        return SmallMultiples(self.field, current, panels, left_out, " ".join(filter(None, (sentence, *notes))), shown)

    def cost(self, experiment: Experiment) -> Cost:
        """Count the work."""
        values = [value for value, _ in self.choices(experiment)]
        return panels_cost(experiment, self.field, values, sample_count(experiment, self.field, values))
