"""Nodes and edges of the unrolled graph with their sizes, in the order of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.core.arrays import Array
from app.core.flow import Flow
from app.core.product import log10_norms, product, step_norms
from app.core.triangle import Norm
from app.runs import Run
from app.views.contract import Payload
from app.views.numbers import finite
from app.views.unrolled import Fold


@dataclass(frozen=True)
class Parts:
    """Makes nodes and edges of one run.

    Attributes
    ----------
    run : Run
        The forward pass.
    through : Flow
        The derivative's way.
    layer : int
        The layer that is drawn, counted from 1.
    norm : str
        How sizes are measured.
    t, k : int
        The chosen cell.
    left : mapping of int to float
        log10 ‖P[t, j]‖ for every drawn j on the path.
    cuts : frozenset of int
        Steps j whose edge from the state before is cut off by a truncation.
    """

    run: Run
    through: Flow
    layer: int
    norm: Norm
    t: int
    k: int
    left: Mapping[int, float]
    cuts: frozenset[int] = frozenset()

    @property
    def ends(self) -> int:
        """The step at which the gradient of step t is cut off, if it is: the last cut on the way to k, else k."""
        return max((step for step in self.cuts if self.k < step <= self.t), default=self.k)

    def nodes(self, drawn: Iterable[int | Fold]) -> Iterable[Payload]:
        """Make x, a and h of every drawn step, h_0, and one node a fold.

        Parameters
        ----------
        drawn : iterable of int or Fold
            What is drawn, in the order of time.

        Yields
        ------
        dict
            A node.
        """
        layer, sequence = self.through.layers[-1], self.run.sequence
        entering = self.run.trace.inputs if self.layer == 1 else self.run.trace.layers[self.layer - 2].h[1:]
        yield self._node("h0", "state", 0, "h_0", _log10_length(layer.states[0]))
        for part in drawn:
            if isinstance(part, Fold):
                yield {
                    **self._node(part.name, "fold", part.first, f"… {part.count:,} steps", self._through(part)),
                    "t_last": part.last,
                    "hides": part.count,
                }
                continue
            given = _log10_length(entering[part - 1])
            yield {**self._node(f"x{part}", "input", part, sequence.labels[part - 1], given), "layer": None}
            yield self._node(f"a{part}", "preactivation", part, f"a_{part}", _log10_length(layer.a[part - 1]))
            yield self._node(f"h{part}", "state", part, f"h_{part}", _log10_length(layer.states[part]))

    def edges(self, drawn: Iterable[int | Fold]) -> Iterable[Payload]:
        """Make the edges of every drawn step and those into the folds.

        Parameters
        ----------
        drawn : iterable of int or Fold
            What is drawn, in the order of time.

        Yields
        ------
        dict
            An edge.
        """
        names = (f"weight_ih_l{self.layer - 1}", f"weight_hh_l{self.layer - 1}")
        entering, recurrent = (_log10_matrix(self.run.parameters[name], self.norm) for name in names)
        source = "h0"
        for part in drawn:
            if isinstance(part, Fold):
                through = self._through(part)
                yield {
                    **self._edge(source, part.name, through, part.first),
                    **self._along(part.first, part.last, through),
                    **self._cut(part.first, part.last),
                }
                source = part.name
                continue
            opened = next(iter(self.through.layers[-1].opened(np.array([part])).values()))
            with np.errstate(divide="ignore"):
                widest = float(np.log10(np.abs(opened).max()))
            step = float(step_norms(self.through, np.array([part]), self.norm)[0])
            # A derivative to the input leaves the chain at step k.
            leaves = self.through.columns is None and part == self.k == self.ends
            yield {**self._edge(f"x{part}", f"a{part}", entering, None), "on_path": leaves}
            along = self._along(part, part, step)
            yield {**self._edge(source, f"a{part}", recurrent, part), **along, **self._cut(part, part)}
            inner = self._edge(f"a{part}", f"h{part}", widest, part)
            yield {**inner, "on_path": inner["on_path"] or leaves}
            source = f"h{part}"

    def _edge(self, source: str, target: str, log10_norm: float, step: int | None) -> Payload:
        on_path = step is not None and self.k < step <= self.t and step >= self.ends
        return {"source": source, "target": target, "log10_norm": finite(log10_norm), "on_path": on_path, "cut": False}

    def _along(self, first: int, last: int, log10_step: float) -> Payload:
        """Give the factor of a recurrent edge, and on the path what is left behind it and how much it has changed that.

        What changes nothing any more, because the product is zero already, has no ratio.
        """
        factor: Payload = {"log10_step": finite(log10_step)}
        if self.k < first <= self.t and (first > self.ends or self.ends == self.k):
            before, after = self.left[last], self.left[first - 1]
            factor["log10_product"] = finite(after)
            if before != -np.inf:
                factor["log10_ratio"] = finite(after - before)
        return factor

    def _cut(self, first: int, last: int) -> Payload:
        """Say that a recurrent edge is cut off: it takes nothing back."""
        is_cut = any(first <= step <= last for step in self.cuts)
        return {"cut": True, "on_path": False} if is_cut else {}

    def _through(self, fold: Fold) -> float:
        """Measure the product of all hidden factors."""
        states = slice(0, self.through.state_size)
        found = product(replace(self.through, rows=states, columns=states, readout=None), fold.last, fold.first - 1)
        return float(log10_norms(found.matrix[None], self.norm)[0]) + found.log10_scale

    def _node(self, name: str, kind: str, t: int, label: str, log10_norm: float) -> Payload:
        size = finite(log10_norm)
        return {"id": name, "kind": kind, "t": t, "layer": self.layer - 1, "label": label, "log10_norm": size}


def _log10_length(vector: Array) -> float:
    """Measure log10 of a Euclidean length without overflow; −inf for zero."""
    largest = float(np.abs(vector).max())
    if largest == 0.0:
        return -np.inf
    return float(np.log10(largest) + np.log10(np.linalg.norm(vector / largest)))


def _log10_matrix(matrix: Array, norm: Norm) -> float:
    """Measure log10 of a matrix norm without overflow; −inf for zero."""
    largest = float(np.abs(matrix).max())
    if largest == 0.0:
        return -np.inf
    return float(np.log10(largest) + log10_norms(matrix[None] / largest, norm)[0])
