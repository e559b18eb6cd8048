"""One line of the benchmark table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, what came out, and beside what it stands.

    Attributes
    ----------
    name : str
        What was measured.
    value : str
        The figure with its unit; ratios wherever two things were timed in one run.
    note : str
        The seconds behind a ratio, the spread, or the promise.
    """

    name: str
    value: str
    note: str = ""
