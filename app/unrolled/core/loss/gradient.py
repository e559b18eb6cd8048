"""The loss at the end of the way: what it sends into the last layer, and its whole gradient by backpropagation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.core.arrays.scaling import kept_precision, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.elementwise_vjp import ElementwiseVJP, elementwise_vjp
from unrolled.core.loss.losses import Targets, losses
from unrolled.core.loss.vjp import BatchedVJP, RecurrentInput, VJPResult, batched_vjp
from unrolled.core.networks.network import Trace
from unrolled.core.networks.readout import Readout

# Steps that one gradient takes between two looks at its size.
_MOST = 64
# Powers of two up to which a number and its square have all their digits.
_PLAIN = 256


@dataclass(frozen=True)
class LossGraph:
    """The way from a layer's recurrent matrix up to the losses.

    A gradient with respect to a state of a layer contains everything that passes it: the later steps, and at the same
    step the layers above. It is what ``tensor.grad`` has in PyTorch.

    Attributes
    ----------
    trace : Trace
        The forward pass.
    layer : int
        The layer that is looked at, counted from 1.
    steps : array of shape (n,)
        Rising 1-based steps t with a loss.
    values : array of shape (n,)
        L_t.
    seeds : array of shape (n, H)
        ∂L_t/∂h_t of the last layer.
    """

    trace: Trace
    layer: int
    steps: Steps
    values: Array
    seeds: Array

    @property
    def last_step(self) -> int:
        """The last step with a loss; 0 where there is none."""
        return int(self.steps[-1]) if len(self.steps) else 0

    @property
    def state_size(self) -> int:
        """Entries of the joint state from the layer up."""
        return sum(layer.state_size for layer in self.trace.layers[self.layer - 1 :])

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.trace.layers[self.layer - 1].hidden_size

    @property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What the layer's W_hh multiplies."""
        return self._pulls[0].recurrent_inputs

    @property
    def start(self) -> int:
        """Where the last layer's state begins in the joint one."""
        return self.state_size - self.trace.layers[-1].state_size

    def only(self, steps: Steps) -> "LossGraph":
        """Take the losses of some steps alone."""
        chosen = np.isin(self.steps, steps)
        return LossGraph(self.trace, self.layer, self.steps[chosen], self.values[chosen], self.seeds[chosen])

    def vjp(self, step: int, rows: Array) -> tuple[VJPResult, Array]:
        """Take gradients one step back through all the layers.

        Parameters
        ----------
        step : int
            1-based step k.
        rows : array of shape (n, S)
            With respect to the joint state s_k, each layer's own part alone; changed in place: what comes down from
            the layers above at this step is added.

        Returns
        -------
        pulled : VJPResult
            With respect to the joint state before, and to what the looked-at layer's matrices give.
        onto_h : array of shape (n, H)
            With respect to its h_k, all ways together.
        """
        if len(self._pulls) == 1:
            return self._pulls[0].vjp(step, rows), rows[:, : self.hidden_size]
        before, start = np.empty_like(rows), self.state_size
        for place in range(len(self._pulls) - 1, -1, -1):
            layer = self.trace.layers[self.layer - 1 + place]
            start -= layer.state_size
            own = slice(start, start + layer.state_size)
            pulled = self._pulls[place].vjp(step, rows[:, own])
            before[:, own] = pulled.d_state
            if place:
                lower = start - self.trace.layers[self.layer - 2 + place].state_size
                rows[:, lower : lower + self.hidden_size] += pulled.d_preactivation @ layer.weights.weight_ih
        return VJPResult(before, pulled.d_preactivation, pulled.d_recurrent), rows[:, : self.hidden_size]

    @cached_property
    def elementwise(self) -> ElementwiseVJP | None:
        """The one layer of the way where its gates take a gradient unit by unit; None where there is none such."""
        layers = self.trace.layers[self.layer - 1 :]
        return elementwise_vjp(layers[0]) if len(layers) == 1 else None

    @cached_property
    def _pulls(self) -> tuple[BatchedVJP, ...]:
        return tuple(batched_vjp(layer) for layer in self.trace.layers[self.layer - 1 :])


@dataclass(frozen=True)
class Gradient:
    """∂L/∂(parameters) of one layer; the truth is each array times 2^exponent.

    Attributes
    ----------
    arrays : mapping of str to array
        ``weight_hh``, ``weight_ih``, ``bias_ih`` and ``bias_hh``.
    exponent : int
        The power of two they have in common.
    """

    arrays: Mapping[str, Array]
    exponent: int

    @property
    def weight_hh(self) -> Array:
        """That of the recurrent matrix, shape (G·H, H)."""
        return self.arrays["weight_hh"]


def loss_graph(trace: Trace, readout: Readout, targets: Targets, layer: int | None = None) -> LossGraph:
    """Measure the losses of a forward pass, and what they send back.

    Parameters
    ----------
    trace : Trace
        The forward pass.
    readout : Readout
        What predicts the next input.
    targets : Targets
        What should have come, at the steps that count.
    layer : int, optional
        The layer that is looked at; the last when left out.

    Returns
    -------
    LossGraph
        The way.
    """
    values, onto_o = losses(readout.outputs(trace.layers[-1].h[1:]), targets)
    top = len(trace.layers)
    return LossGraph(trace, top if layer is None else layer, targets.steps, values, onto_o @ readout.weight)


def gradient(way: LossGraph) -> Gradient:
    """Compute the whole gradient of the summed losses by ordinary backpropagation through time.

    Parameters
    ----------
    way : LossGraph
        The losses and the layers they pass.

    Returns
    -------
    Gradient
        Of the looked-at layer's parameters.
    """
    reach = way.last_step
    inner, recurrent, powers = _layered(way) if way.elementwise is None else _alone(way, way.elementwise)
    top = int(powers.max(initial=-(2**40), where=recurrent.any(axis=1))) if recurrent.any() else 0
    if (powers != top).any():
        with np.errstate(under="ignore"):
            inner, recurrent = (np.ldexp(each, np.maximum(powers - top, -2200)[:, None]) for each in (inner, recurrent))
    entering = way.trace.inputs if way.layer == 1 else way.trace.layers[way.layer - 2].h[1:]
    arrays = {
        "weight_hh": np.concatenate([recurrent[:, met.rows].T @ met.values[:reach] for met in way.recurrent_inputs]),
        "weight_ih": inner.T @ entering[:reach],
        "bias_ih": inner.sum(axis=0),
        "bias_hh": recurrent.sum(axis=0),
    }
    return _near_one(Gradient(arrays, top))


def _near_one(found: Gradient) -> Gradient:
    """Scale a gradient of W_hh whose squares would be no float64, and the others with it as far as they bear it."""
    hh, widest = (
        int(np.frexp(max(np.abs(each).max(initial=0.0) for each in arrays))[1])
        for arrays in ([found.weight_hh], found.arrays.values())
    )
    more = max(hh, widest - 900)
    if abs(hh) <= _PLAIN or not found.weight_hh.any():
        return found
    return Gradient({name: np.ldexp(each, -more) for name, each in found.arrays.items()}, found.exponent + more)


def _layered(way: LossGraph) -> tuple[Array, Array, Steps]:
    """Take the summed gradient back through all layers, step by step; what arrives at each, with powers of two."""
    reach, height = way.last_step, way.trace.layers[way.layer - 1].a.shape[1]
    row, exponent, place = np.zeros((1, way.state_size)), 0, len(way.steps) - 1
    inner, recurrent, powers = np.zeros((reach, height)), np.zeros((reach, height)), np.zeros(reach, dtype=np.int64)
    for step in range(reach, 0, -1):
        if place >= 0 and way.steps[place] == step:
            row, exponent = _joined(row, exponent, way.seeds[place], way.start)
            place -= 1
        pulled, _ = way.vjp(step, row)
        inner[step - 1], recurrent[step - 1], powers[step - 1] = (
            pulled.d_preactivation[0],
            pulled.d_recurrent[0],
            exponent,
        )
        scaled, more = rescale(pulled.d_state[None])
        row, exponent = scaled[0], exponent + int(more[0])
    return inner, recurrent, powers


def _alone(way: LossGraph, layer: ElementwiseVJP) -> tuple[Array, Array, Steps]:
    """Do the same for one layer, several steps between two looks at its size."""
    reach, size, parts = way.last_step, layer.hidden_size, len(layer.parts)
    rows, powers = np.zeros((parts, reach, size)), np.zeros(reach, dtype=np.int64)
    row, exponent, last, count = np.zeros((parts, size)), 0, reach, _MOST
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        while last > 0:
            count = min(count, last)
            pushed, made = np.zeros((count, size)), np.empty((parts, count + 1, size))
            entering = slice(*np.searchsorted(way.steps, [last - count + 1, last + 1]).tolist())
            pushed[last - way.steps[entering]] = way.seeds[entering]
            top = max(exponent, 0) if pushed.any() and row.any() else exponent if row.any() else 0
            pushed = np.ldexp(pushed, -top) if top else pushed
            made[:, 0] = np.ldexp(row, exponent - top) + layer.entered(np.array([last]), pushed[:1])[:, 0]
            layer.alone(last, made, pushed)
            if count > 1 and not kept_precision(np.vecdot(made, made).sum(axis=0)[:, None]):
                count //= 2
                continue
            rows[:, last - count : last], powers[last - count : last] = made[:, -2::-1], top
            scaled, more = rescale(made[None, :, -1])
            row, exponent, last, count = scaled[0], top + int(more[0]), last - count, min(2 * count, _MOST)
    steps = np.arange(1, reach + 1)
    recurrent = layer.gamma(steps, rows)
    return recurrent if layer.by_inner is layer.by else layer.gamma(steps, rows, inner=True), recurrent, powers


def _joined(row: Array, exponent: int, seed: Array, start: int) -> tuple[Array, int]:
    """Add a loss to what comes from later ones, where their sizes may be any powers of two apart."""
    entering = np.zeros_like(row)
    entering[0, start : start + len(seed)] = seed
    if not row.any():
        return entering, 0
    if not seed.any():
        return row, exponent
    top = max(exponent, 0)
    with np.errstate(under="ignore"):
        return np.ldexp(row, exponent - top) + np.ldexp(entering, -top), top
