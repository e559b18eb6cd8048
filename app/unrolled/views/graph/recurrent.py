"""The graph of a recurrent model: its layers' cells, stamped at every drawn step and joined from step to step."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import log10_norms, product, step_norms
from unrolled.experiment.run import Run
from unrolled.views.graph.cells import cell_of
from unrolled.views.graph.diagram import RAISED, Cell, Edge, Node
from unrolled.views.graph.folding import Fold
from unrolled.views.graph.sizes import constant, lengths

_INPUT, _FIRST, _NEXT = 64.0, 160.0, 96.0
_OUTPUT = 86.0

Drawn = Sequence[int | Fold]


@dataclass(frozen=True)
class Chain:
    """One run, as it is drawn.

    Attributes
    ----------
    run : Run
        The forward pass.
    through : JacobianChain
        The derivative's way; its layers are drawn.
    bottom : int
        The lowest of them, counted from 1.
    norm : str
        How sizes are measured.
    t, k : int
        The chosen cell.
    left : mapping of int to float
        log10 ‖P[t, j]‖ for every drawn j on the path.
    cuts : frozenset of int
        Steps j whose edges from the step before are cut off by a truncation.
    drawn : sequence of int or Fold
        What is drawn, in the order of time.
    """

    run: Run
    through: JacobianChain
    bottom: int
    norm: Norm
    t: int
    k: int
    left: Mapping[int, float]
    cuts: frozenset[int]
    drawn: Drawn

    def made(self) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
        """Make all nodes and edges, in the order of time; the path is marked by somebody else."""
        steps = np.array([part for part in self.drawn if not isinstance(part, Fold)], dtype=np.int64)
        cells = [cell_of(layer, steps, self.norm) for layer in self.through.layers]
        places = np.cumsum([_FIRST, *(cell.width + _NEXT for cell in cells)]).tolist()
        whole = {part.name: self.across(part) for part in self.drawn if isinstance(part, Fold)}
        stamp = _Stamp(self, whole, tuple(cells), tuple(places))
        return tuple(stamp.nodes()), tuple(stamp.edges())

    def across(self, fold: Fold, columns: slice | None = None) -> float:
        """Measure the product of all hidden factors, with respect to all of the state or a part of it."""
        every = slice(0, self.through.state_size)
        joint = replace(self.through, rows=every, columns=every if columns is None else columns, readout=None)
        found = product(joint, fold.last, fold.first - 1)
        return float(log10_norms(found.matrix[None], self.norm)[0]) + found.log10_scale

    @property
    def ends(self) -> int:
        """The step at which the gradient of step t is cut off, if it is: the last cut on the way to k, else k."""
        return max((step for step in self.cuts if self.k < step <= self.t), default=self.k)

    def name(self, letter: str, step: int, layer: int) -> str:
        """Give the id of a node; with several layers drawn it names the layer, counted from 0."""
        return f"{letter}{step}" if len(self.through.layers) == 1 else f"{letter}{step}.l{layer}"

    def source(self, wrt: str) -> frozenset[str]:
        """Name the nodes of ``wrt`` at step k."""
        if wrt == "x":
            return frozenset({f"x{self.k}"})
        return frozenset(self.name(letter, self.k, self.bottom - 1) for letter in self._letters(wrt, 0))

    def target(self, of: str) -> frozenset[str]:
        """Name the nodes of ``of`` at step t."""
        if of == "o":
            return frozenset({f"out{self.t}"})
        top = self.bottom + len(self.through.layers) - 2
        return frozenset(self.name(letter, self.t, top) for letter in self._letters(of, -1))

    def _letters(self, part: str, place: int) -> tuple[str, ...]:
        layer = self.through.layers[place]
        whole = ("h", "c") if layer.state_size > layer.hidden_size else ("h",)
        return whole if part == "s" else (part,)


@dataclass(frozen=True)
class _Stamp:
    """Stamps the cells of all layers, the lowest first, at every drawn step."""

    chain: Chain
    whole: Mapping[str, float]
    cells: tuple[Cell, ...]
    places: tuple[float, ...]

    def nodes(self) -> Iterator[Node]:
        """Make what is carried into step 1, and then every step's nodes."""
        chain = self.chain
        for place, cell in enumerate(self.cells):
            for each in cell.parts:
                if each.name in cell.carried:
                    size = cell.carried[each.name]
                    yield self._node(place, each.name, each.kind, 0, size, each.across, each.down)
        for row, part in self._rows():
            if isinstance(part, Fold):
                yield self._fold(part)
                continue
            yield self._entering(part)
            for place, cell in enumerate(self.cells):
                for each in cell.parts:
                    size = float(each.sizes[row])
                    yield self._node(place, each.name, each.kind, part, size, each.across, each.down)
            if chain.through.readout is not None:
                outputs = chain.run.readout.outputs(chain.run.trace.layers[-1].h[part][None])
                size = float(lengths(outputs)[0])
                yield Node(f"out{part}", "output", "o", f"o_{part}", part, None, size, self.width, self.lowest)

    def edges(self) -> Iterator[Edge]:
        """Make every step's edges, and those into the folds."""
        before = {
            (place, name): self._name(name, 0, place) for place, cell in enumerate(self.cells) for name in cell.carried
        }
        for row, part in self._rows():
            if isinstance(part, Fold):
                yield from self._into(part, before)
                before = dict.fromkeys(before, part.name)
                continue
            yield from self._step(row, part, before)
            before = {(place, name): self._name(name, part, place) for place, name in before}

    @property
    def width(self) -> float:
        """Where outputs stand."""
        return self.places[-1] - _NEXT + _OUTPUT

    @property
    def lowest(self) -> float:
        """How far below the middle of its row an output stands: beside the h it reads."""
        return next(part.down for part in self.cells[-1].parts if part.name == "h")

    def _rows(self) -> Iterator[tuple[int, int | Fold]]:
        row = 0
        for part in self.chain.drawn:
            yield row, part
            row += not isinstance(part, Fold)

    def _step(self, row: int, step: int, before: Mapping[tuple[int, str], str]) -> Iterator[Edge]:
        cut = step in self.chain.cuts
        for place, cell in enumerate(self.cells):
            for link in cell.links:
                back = link.is_back
                source = before[place, link.source] if back else self._lower(link.source, step, place)
                told = self._told(step, step) if self._tells(place, link.source, link.target) and back else {}
                formula = self._said(link.formula, step, place)
                size = float(link.sizes[row])
                target = self._name(link.target, step, place)
                yield Edge(source, target, formula, size, cut=back and cut, told=told)
        if (readout := self.chain.through.readout) is not None:
            size = float(constant(readout, 1, self.chain.norm)[0])
            top = len(self.cells) - 1
            formula = self._said("∂o_{t}/∂h_{t} = W_ho", step, top)
            yield Edge(self._name("h", step, top), f"out{step}", formula, size)

    def _into(self, fold: Fold, before: Mapping[tuple[int, str], str]) -> Iterator[Edge]:
        """Join what was carried before a fold to it: the derivative of all that comes out with respect to it."""
        whole, start, chain = self.whole[fold.name], 0, self.chain
        cut = any(fold.first <= step <= fold.last for step in chain.cuts)
        for place, (layer, cell) in enumerate(zip(chain.through.layers, self.cells, strict=True)):
            for name in cell.carried:
                columns = slice(start, start + layer.hidden_size)
                start = columns.stop
                size = whole if columns == slice(0, chain.through.state_size) else chain.across(fold, columns)
                told = self._told(fold.first, fold.last, whole) if self._tells(place, name, None) else {}
                letter = self._said(f"∂s_{fold.last}/∂{name}_{fold.first - 1}", fold.first, place)
                yield Edge(
                    before[place, name], fold.name, f"{letter}: {fold.count:,} factors", size, cut=cut, told=told
                )

    def _tells(self, place: int, source: str, target: str | None) -> bool:
        """Tell whether the factor of a step stands beside this edge: the top layer's carrier."""
        carrier = self.cells[place].carrier
        return place == len(self.cells) - 1 and source == carrier[0] and target in (None, carrier[1])

    def _told(self, first: int, last: int, log10_step: float | None = None) -> dict[str, float]:
        """Give the factor of a step or a fold, and on the path what is left behind it and how much it changed that.

        What changes nothing any more, because the product is zero already, has no ratio.
        """
        chain = self.chain
        if log10_step is None:
            log10_step = float(step_norms(chain.through, np.array([first]), chain.norm)[0])
        factor = {"log10_step": log10_step}
        if chain.k < first <= chain.t and (first > chain.ends or chain.ends == chain.k):
            before, after = chain.left[last], chain.left[first - 1]
            factor["log10_product"] = after
            if before != -np.inf:
                factor["log10_ratio"] = after - before
        return factor

    def _fold(self, fold: Fold) -> Node:
        top = self.cells[-1]
        carried = [part for part in top.parts if part.name in top.carried]
        across = self.places[len(self.cells) - 1] + float(np.mean([part.across for part in carried]))
        layer = self.chain.bottom + len(self.cells) - 2
        label, size = f"… {fold.count:,} steps", self.whole[fold.name]
        return Node(fold.name, "fold", "", label, fold.first, layer, size, across, t_last=fold.last)

    def _entering(self, step: int) -> Node:
        """Make the node of what enters the lowest layer: an input, or the output of the layer below."""
        chain = self.chain
        entering: Array = chain.through.inputs[step - 1][None]
        is_input = chain.bottom == 1
        symbol = "x" if is_input else self._raised("h", chain.bottom - 1)
        label = chain.run.sequence.labels[step - 1] if is_input else f"{symbol}_{step}"
        layer = None if is_input else chain.bottom - 2
        return Node(f"x{step}", "input", symbol, label, step, layer, float(lengths(entering)[0]), _INPUT)

    def _node(self, place: int, letter: str, kind: str, step: int, size: float, across: float, down: float) -> Node:
        layer = self.chain.bottom + place
        symbol = self._raised(letter, layer)
        name, label = self._name(letter, step, place), f"{symbol}_{step}"
        return Node(name, kind, symbol, label, step, layer - 1, size, self.places[place] + across, down)

    def _name(self, letter: str, step: int, place: int) -> str:
        return self.chain.name(letter, step, self.chain.bottom + place - 1)

    def _lower(self, letter: str, step: int, place: int) -> str:
        """Name a source at the same step: of x, above the lowest layer, the output of the layer below."""
        if letter != "x":
            return self._name(letter, step, place)
        return f"x{step}" if place == 0 else self._name("h", step, place - 1)

    def _raised(self, letter: str, layer: int) -> str:
        """Add the layer's number to a letter in a network of several."""
        return letter + (RAISED[layer] if self.chain.run.network.layers > 1 else "")

    def _said(self, formula: str, step: int, place: int) -> str:
        """Write a formula for one step and layer."""
        told = formula.replace("{t}", str(step)).replace("{s}", str(step - 1))
        layer = self.chain.bottom + place
        if layer > 1:
            told = told.replace("x_", self._raised("h", layer - 1) + "_")
        if self.chain.run.network.layers == 1:
            return told
        return re.sub(r"([a-wyzWU])_", rf"\g<1>{RAISED[layer]}_", told)
