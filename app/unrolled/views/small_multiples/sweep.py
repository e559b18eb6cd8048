"""One question asked of several networks: a field runs through its values, and a sentence says what that shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unrolled.core.cost.derivative import Cost
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import checks_cost, whole_checks_cost
from unrolled.experiment.variants import variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import LeftOut
from unrolled.views.small_multiples.measure import measure_panels, panel_length, panels_cost
from unrolled.views.small_multiples.panels import Panel, SmallMultiples
from unrolled.views.text.derivative import derivative, faint_note, shortened_note
from unrolled.views.text.message import joined

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
        steps = int(panels[0].steps[-1]) if self.field != "length" else experiment.query.length
        notes = shortened_note(experiment, steps), faint_note(experiment)
        # What a panel measures may differ from what was asked for: only an LSTM has a cell.
        shown = derivative(variant_of(experiment, self.field, current).query)
        return SmallMultiples(self.field, current, panels, left_out, joined(sentence, *notes), shown)

    def cost(self, experiment: Experiment) -> Cost:
        """Count the work."""
        return panels_cost(experiment, self.field, self._values(experiment))

    def checks_cost(self, experiment: Experiment) -> Cost:
        """Count the checks, which run the sequence as a whole where the panels do not."""
        steps = panel_length(experiment, self.field, self._values(experiment))
        return checks_cost(experiment) if steps == experiment.query.length else whole_checks_cost(experiment)

    def _values(self, experiment: Experiment) -> list[str | int]:
        return [value for value, _ in self.choices(experiment)]
