"""Some steps of the sweep back, all gradients at once; they are measured at all these steps together."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP


@dataclass(frozen=True)
class Workspace:
    """Memory that one segment after the other uses, flat: for gradients, their squares, and matrices."""

    states: Array
    squares: Array
    matrices: Array


class Segment(Protocol):
    """m steps in falling order, and n gradients at each, of P parts; before its own loss a gradient is zero."""

    def run(self, states: Array, firsts: list[int]) -> None:
        """Take the gradients from one step to the next.

        `states` (m + 1, P, n, width) holds those of the first step, and each later one where its loss is; the others
        are written into it. `firsts` is the first gradient whose loss has been passed, at each of the m steps.
        """
        ...

    def squared_norms(self) -> tuple[Array, Array]:
        """Measure squared lengths of all gradients at every step: of all their parts (m, n), and (m, 1 + p, n).

        The second has those with respect to h, and of δ for each of the p `LossGraph.recurrent_inputs`; the first may
        be a part of it.
        """
        ...

    def rows(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        """Give what `squared_norms` measures of some gradients at some places, (c, H) and (c, …) each."""
        ...

    def is_blocked(self, places: Steps, chosen: Steps) -> bool:
        """Tell whether all of some gradients end at some places because nothing passes there, not for their size."""
        ...

    def project(self, directions: Array) -> Array:
        """Multiply δ with one direction a step, shape (m, G·H); (m, n)."""
        ...

    def weighted_sum(self, weights: Array) -> Array:
        """Add up δ with weights, shape (n,); (m, G·H)."""
        ...


def segment(graph: LossGraph, steps: Steps, workspace: Workspace) -> Segment:
    """Prepare some consecutive steps (m,), in falling order; they may write into the workspace until the next ones."""
    if graph.elementwise is None:
        return _StackedSegment(graph, steps)
    return _FusedSegment(graph.elementwise, steps, workspace)


class _FusedSegment:
    """Steps of a layer whose gates take a gradient unit by unit."""

    def __init__(self, layer: ElementwiseVJP, steps: Steps, workspace: Workspace) -> None:
        self._layer, self._steps, self._workspace = layer, steps, workspace
        self._slopes = layer.slopes[steps - 1]
        shape = len(layer.gates_of_part), layer.hidden_size, len(steps), layer.hidden_size
        self._matrices = workspace.matrices[: math.prod(shape)].reshape(shape)
        layer.fuse(steps, self._matrices)

    def run(self, states: Array, firsts: list[int]) -> None:
        layer, places, self._states = self._layer, self._steps - 1, states[:-1]
        if layer.c_keep is None or layer.dh_dc is None:
            rows = states[:, 0]
            for place, (matrix, first) in enumerate(zip(self._matrices[0].swapaxes(0, 1), firsts, strict=True)):
                np.matmul(rows[place, first:], matrix, out=rows[place + 1, first:])
            return
        products = self._workspace.squares[: states[0].size].reshape(states[0].shape)
        factors = zip(
            self._matrices.transpose(2, 0, 1, 3), layer.c_keep[places], layer.dh_dc[places], firsts, strict=True
        )
        for place, (matrices, keep, dh_dc, first) in enumerate(factors):
            now, before, parts = states[place, :, first:], states[place + 1, :, first:], products[:, first:]
            np.matmul(now, matrices, out=parts)
            np.add(parts[0], parts[1], out=before[0])
            np.multiply(now[1], keep, out=before[1])
            np.multiply(before[0], dh_dc, out=parts[0])
            before[1] += parts[0]

    def squared_norms(self) -> tuple[Array, Array]:
        count, parts, _, size = self._states.shape
        measure = np.zeros((count, parts, 1 + parts, size))
        measure[:, 0, 0] = measure[:, :, 2:] = 1.0
        for part, gates in enumerate(self._layer.gates_of_part):
            measure[:, part, 1] = np.square(self._slopes[:, gates]).sum(axis=1)
        squared = np.square(self._states, out=self._workspace.squares[: self._states.size].reshape(self._states.shape))
        squares = _sum_of_parts(np.matmul(measure, squared.swapaxes(2, 3)))
        return squares[:, 0 if parts == 1 else 2], squares[:, :2]

    def rows(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        rows = self._states[places, :, chosen].swapaxes(0, 1)
        return rows[0], self._layer.delta(self._steps[places], rows)

    def is_blocked(self, places: Steps, chosen: Steps) -> bool:
        layer, steps = self._layer, self._steps[places] - 1
        passes = np.stack([self._slopes[places, gates].any(axis=1) for gates in layer.gates_of_part])
        keep = layer.h_keep if layer.c_keep is None else layer.c_keep
        if keep is not None:
            passes[-1] |= keep[steps] != 0.0
        return not (passes & (self._states[places, :, chosen].swapaxes(0, 1) != 0.0)).any()

    def project(self, directions: Array) -> Array:
        weighted = self._slopes * directions.reshape(self._slopes.shape)
        onto = np.stack([weighted[:, gates].sum(axis=1) for gates in self._layer.gates_of_part], axis=1)
        return _sum_of_parts(np.matvec(self._states, onto))

    def weighted_sum(self, weights: Array) -> Array:
        return self._layer.delta(self._steps, np.vecmat(weights, self._states).swapaxes(0, 1))


class _StackedSegment:
    """Steps of a stack, or of a layer of any other kind, gate by gate; a gradient has one part, the joint state."""

    def __init__(self, graph: LossGraph, steps: Steps) -> None:
        self._graph, self._steps = graph, steps

    def run(self, states: Array, firsts: list[int]) -> None:
        self._states = states[:-1, 0]
        self._delta = np.zeros((len(firsts), states.shape[2], self._graph.weights.rows))
        for place, first in enumerate(firsts):
            result, _ = self._graph.vjp(int(self._steps[place]), states[place, 0, first:])
            states[place + 1, 0, first:], self._delta[place, first:] = result.d_state, result.d_recurrent

    def squared_norms(self) -> tuple[Array, Array]:
        d_h = self._states[:, :, : self._graph.hidden_size]
        parts = d_h, *(self._delta[:, :, part.rows] for part in self._graph.recurrent_inputs)
        return np.vecdot(self._states, self._states), np.stack([np.vecdot(part, part) for part in parts], axis=1)

    def rows(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        rows, delta = self._states[places, chosen], self._delta[places, chosen]
        return rows[:, : self._graph.hidden_size], *(delta[:, part.rows] for part in self._graph.recurrent_inputs)

    def is_blocked(self, places: Steps, chosen: Steps) -> bool:
        # What becomes zero here goes back again, step by step.
        return not places.size + chosen.size

    def project(self, directions: Array) -> Array:
        return np.matvec(self._delta, directions)

    def weighted_sum(self, weights: Array) -> Array:
        return np.vecmat(weights, self._delta)


def _sum_of_parts(values: Array) -> Array:
    """Add up the parts, axis 1."""
    return values[:, 0] if values.shape[1] == 1 else values[:, 0] + values[:, 1]
