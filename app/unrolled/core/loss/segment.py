"""Some steps of the way back, all gradients at once; what is measured of them is read off all these steps together."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.elementwise_vjp import ElementwiseVJP
from unrolled.core.loss.gradient import LossGraph


@dataclass(frozen=True)
class Workspace:
    """Memory that one stretch after the other uses, flat: for gradients, their squares, and matrices."""

    states: Array
    squares: Array
    maps: Array


class Segment(Protocol):
    """m steps in falling order, and n gradients at each, of P parts; a gradient that has not begun is zero."""

    def go(self, states: Array, firsts: list[int]) -> None:
        """Take the gradients from one step to the next.

        Parameters
        ----------
        states : array of shape (m + 1, P, n, width)
            Those of the first step, and each that begins later where it begins; the others are written into it.
        firsts : list of int
            The first gradient that has begun, at each of the m steps.
        """
        ...

    def squares(self) -> tuple[Array, Array]:
        """Measure squared lengths of all gradients at every step.

        Returns
        -------
        sizes : array of shape (m, n)
            Of all their parts; may be a part of `squares`.
        squares : array of shape (m, 1 + p, n)
            With respect to h, and of γ for each of the p of `LossGraph.met`.
        """
        ...

    def cells(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        """Give what `squares` measures of some gradients at some places, (c, H) and (c, …) each."""
        ...

    def died(self, places: Steps, chosen: Steps) -> bool:
        """Tell whether all of some gradients end at some places because nothing passes there, not for their size."""
        ...

    def along(self, directions: Array) -> Array:
        """Multiply γ with one direction a step, shape (m, G·H); (m, n)."""
        ...

    def summed(self, weights: Array) -> Array:
        """Add up γ with weights, shape (n,); (m, G·H)."""
        ...


def segment(way: LossGraph, steps: Steps, room: Workspace) -> Segment:
    """Make some steps ready.

    Parameters
    ----------
    way : LossGraph
        The layers they pass.
    steps : array of shape (m,)
        In falling order, one after the other.
    room : Workspace
        Where they may write until the next stretch.

    Returns
    -------
    Segment
        The steps.
    """
    return _StackedSegment(way, steps) if way.elementwise is None else _FusedSegment(way.elementwise, steps, room)


class _FusedSegment:
    """Steps of a layer whose gates take a gradient unit by unit."""

    def __init__(self, layer: ElementwiseVJP, steps: Steps, room: Workspace) -> None:
        self._layer, self._steps, self._room, self._by = layer, steps, room, layer.by[steps - 1]
        shape = len(layer.parts), layer.hidden_size, len(steps), layer.hidden_size
        self._maps = room.maps[: math.prod(shape)].reshape(shape)
        layer.composed(steps, self._maps)

    def go(self, states: Array, firsts: list[int]) -> None:
        layer, places, self._states = self._layer, self._steps - 1, states[:-1]
        if layer.fade is None or layer.out is None:
            rows = states[:, 0]
            for place, (matrix, first) in enumerate(zip(self._maps[0].swapaxes(0, 1), firsts, strict=True)):
                np.matmul(rows[place, first:], matrix, out=rows[place + 1, first:])
            return
        both = self._room.squares[: states[0].size].reshape(states[0].shape)
        ways = zip(self._maps.transpose(2, 0, 1, 3), layer.fade[places], layer.out[places], firsts, strict=True)
        for place, (matrices, fade, out, first) in enumerate(ways):
            now, before, parts = states[place, :, first:], states[place + 1, :, first:], both[:, first:]
            np.matmul(now, matrices, out=parts)
            np.add(parts[0], parts[1], out=before[0])
            np.multiply(now[1], fade, out=before[1])
            np.multiply(before[0], out, out=parts[0])
            before[1] += parts[0]

    def squares(self) -> tuple[Array, Array]:
        count, parts, _, size = self._states.shape
        measure = np.zeros((count, parts, 1 + parts, size))
        measure[:, 0, 0] = measure[:, :, 2:] = 1.0
        for part, gates in enumerate(self._layer.parts):
            measure[:, part, 1] = np.square(self._by[:, gates]).sum(axis=1)
        squared = np.square(self._states, out=self._room.squares[: self._states.size].reshape(self._states.shape))
        found = _added(np.matmul(measure, squared.swapaxes(2, 3)))
        return found[:, 0 if parts == 1 else 2], found[:, :2]

    def cells(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        rows = self._states[places, :, chosen].swapaxes(0, 1)
        return rows[0], self._layer.gamma(self._steps[places], rows)

    def died(self, places: Steps, chosen: Steps) -> bool:
        layer, steps = self._layer, self._steps[places] - 1
        passes = np.stack([self._by[places, gates].any(axis=1) for gates in layer.parts])
        beside = layer.keep if layer.fade is None else layer.fade
        if beside is not None:
            passes[-1] |= beside[steps] != 0.0
        return not (passes & (self._states[places, :, chosen].swapaxes(0, 1) != 0.0)).any()

    def along(self, directions: Array) -> Array:
        met = self._by * directions.reshape(self._by.shape)
        onto = np.stack([met[:, gates].sum(axis=1) for gates in self._layer.parts], axis=1)
        return _added(np.matvec(self._states, onto))

    def summed(self, weights: Array) -> Array:
        return self._layer.gamma(self._steps, np.vecmat(weights, self._states).swapaxes(0, 1))


class _StackedSegment:
    """Steps of a stack, or of a layer of any other kind, gate by gate; a gradient has one part, the joint state."""

    def __init__(self, way: LossGraph, steps: Steps) -> None:
        self._way, self._steps = way, steps

    def go(self, states: Array, firsts: list[int]) -> None:
        height = self._way.trace.layers[self._way.layer - 1].a.shape[1]
        self._states, self._gamma = states[:-1, 0], np.zeros((len(firsts), states.shape[2], height))
        for place, first in enumerate(firsts):
            pulled, _ = self._way.vjp(int(self._steps[place]), states[place, 0, first:])
            states[place + 1, 0, first:], self._gamma[place, first:] = pulled.d_state, pulled.d_recurrent

    def squares(self) -> tuple[Array, Array]:
        parts = (
            self._states[:, :, : self._way.hidden_size],
            *(self._gamma[:, :, met.rows] for met in self._way.recurrent_inputs),
        )
        return np.vecdot(self._states, self._states), np.stack([np.vecdot(part, part) for part in parts], axis=1)

    def cells(self, places: Steps, chosen: Steps) -> tuple[Array, ...]:
        rows, gamma = self._states[places, chosen], self._gamma[places, chosen]
        return rows[:, : self._way.hidden_size], *(gamma[:, met.rows] for met in self._way.recurrent_inputs)

    def died(self, places: Steps, chosen: Steps) -> bool:
        # What becomes zero here is taken again, step by step.
        return not places.size + chosen.size

    def along(self, directions: Array) -> Array:
        return np.matvec(self._gamma, directions)

    def summed(self, weights: Array) -> Array:
        return np.vecmat(weights, self._gamma)


def _added(parts: Array) -> Array:
    """Add what was found of each part, axis 1."""
    return parts[:, 0] if parts.shape[1] == 1 else parts[:, 0] + parts[:, 1]
