"""One question asked of several networks: a field runs through its values, and a sentence says what that shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unrolled.core.cost.recurrent import Cost
from unrolled.experiment.experiment import Problem
from unrolled.experiment.variants import changed_to
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import LeftOut
from unrolled.views.small_multiples.measure import measure_strip, sample_count, strip_cost
from unrolled.views.small_multiples.strip import Panel, Strip
from unrolled.views.text.derivative import derivative
from unrolled.views.text.truncation import cut_off, over_first

Choices = Sequence[tuple[str | int, str]]


@dataclass(frozen=True)
class Comparison:
    """A strip of small triangles as a question.

    Attributes
    ----------
    field : str
        The query field that runs through its values.
    choices : callable
        Problem to values and labels, in the order of the panels.
    sentence : callable
        Problem, panels and what was left out, to what they show.
    """

    field: str
    choices: Callable[[Problem], Choices]
    sentence: Callable[[Problem, tuple[Panel, ...], tuple[LeftOut, ...]], str]

    def compute(self, problem: Problem, memo: Memo) -> Strip:
        """Measure the network under every value.

        Parameters
        ----------
        problem : Problem
            The network and its input.
        memo : Memo
            Remembers runs and triangles.

        Returns
        -------
        Strip
            One panel a value.
        """
        current = problem.query.value(self.field)
        panels, left_out = measure_strip(problem, memo, self.field, self.choices(problem))
        told = self.sentence(problem, panels, left_out) + over_first(problem, self.field) + cut_off(problem)
        # What a panel measures may differ from what was asked for: only an LSTM has a cell.
        shown = derivative(changed_to(problem, self.field, current).query)
        return Strip(self.field, current, panels, left_out, told, shown)

    def cost(self, problem: Problem) -> Cost:
        """Estimate the work.

        Parameters
        ----------
        problem : Problem
            What would be measured.

        Returns
        -------
        Cost
            Operations and bytes.
        """
        values = [value for value, _ in self.choices(problem)]
        return strip_cost(problem, self.field, values, sample_count(problem, self.field, values))
