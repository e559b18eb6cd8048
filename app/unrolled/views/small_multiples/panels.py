"""Small multiples of a triangle: one network, one input, one scale; a single field runs through its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Flags, Norm, Steps
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.triangle import Told
from unrolled.views.contract.view import Column, LeftOut, Payload, finite_rows
from unrolled.views.plots.colour import SCALE
from unrolled.views.text.derivative import Derivative
from unrolled.views.text.verdict import summary_payload


@dataclass(frozen=True)
class Panel:
    """One small triangle: of the field's ``value``, which is called ``label``; ``link`` shows it large.

    ``log10_norm`` (G, G) at ``steps`` (G,) are some of the cells that ``told`` was read off. The derivative is its own:
    that of a model without recurrence is another one.
    """

    value: str | int
    label: str
    link: str
    steps: Steps
    log10_norm: Array
    told: Told
    norm: Norm
    derivative: Derivative
    truncation: Truncation

    @property
    def kept(self) -> Flags | None:
        """Which cells a truncation leaves; None without one."""
        return self.truncation.kept(self.steps, self.steps) if self.truncation.is_on else None

    @property
    def visible(self) -> Array:
        """The cells that are left: NaN where there is no path, or where it is cut off."""
        return self.log10_norm if self.kept is None else np.where(self.kept, self.log10_norm, np.nan)


@dataclass(frozen=True)
class SmallMultiples:
    """The triangles of every value of a query field, in their order; ``current`` is the value in the query."""

    field: str
    current: str | int
    panels: tuple[Panel, ...]
    left_out: tuple[LeftOut, ...]
    sentence: str
    derivative: Derivative

    def payload(self) -> Payload:
        """Give them for JSON; None in a triangle as in the view ``influence``."""
        return {
            "field": self.field,
            "panels": [self._panel(panel) for panel in self.panels],
            "left_out": [{"value": row.value, "label": row.label, "reason": row.reason} for row in self.left_out],
            "scale": list(SCALE),
            "sentence": self.sentence,
        }

    def _panel(self, panel: Panel) -> Payload:
        full: Payload = {}
        if panel.kept is not None:
            full = {"log10_norm_full": finite_rows(panel.log10_norm), "kept": panel.kept.tolist()}
        return {
            "value": panel.value,
            "label": panel.label,
            "current": panel.value == self.current,
            "of": panel.derivative.of,
            "wrt": panel.derivative.wrt,
            "t": panel.steps.tolist(),
            "k": panel.steps.tolist(),
            "log10_norm": finite_rows(panel.visible),
            **full,
            "summary": summary_payload(panel.told.summary, panel.told.profile),
            "link": panel.link,
        }

    def columns(self) -> Mapping[str, Column]:
        """Give one row a cell of a panel."""
        values: list[str | int] = []
        parts: list[list[npt.NDArray[Any]]] = [[], [], []]
        for panel in self.panels:
            steps = panel.steps
            row, column = np.tril_indices(len(steps))
            values += [panel.value] * len(row)
            for part, cells in zip(parts, (steps[row], steps[column], panel.visible[row, column]), strict=True):
                part.append(cells)
        t, k, sizes = (np.concatenate(part) for part in parts)
        return {self.field: np.array(values), "t": t, "k": k, "lag": t - k, "log10_norm": sizes}

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the values, and steps and matrix of each panel under its value."""
        arrays: dict[str, npt.NDArray[Any]] = {self.field: np.array([panel.value for panel in self.panels])}
        for panel in self.panels:
            arrays[f"t_{panel.value}"] = panel.steps
            arrays[f"log10_norm_{panel.value}"] = panel.visible
            if panel.kept is not None:
                arrays[f"log10_norm_full_{panel.value}"] = panel.log10_norm
        return arrays
