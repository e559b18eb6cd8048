"""The graph from a layer's recurrent matrix up to the losses, and the whole gradient by backpropagation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.core.arrays.flops import gradient_step
from unrolled.core.arrays.scaling import kept_precision, rescale
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.loss.losses import Targets, losses
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.core.networks.network import Trace
from unrolled.core.networks.vjp import BatchedVJP, RecurrentInput, VJPResult
from unrolled.core.networks.weights import Readout, Weights
from unrolled.runtime.progress import advance

# Steps that one gradient takes between two looks at its size.
_MAX_STEPS = 64
# Powers of two up to which a number and its square have all their digits.
_PLAIN = 256


@dataclass(frozen=True)
class LossGraph:
    """The layers from number `layer`, counted from 1, up to the losses L_t at the rising 1-based `steps` (n,).

    ``values`` (n,) are the L_t, ``seeds`` (n, H) the ∂L_t/∂h_t of the last layer. A gradient with respect to a state of
    a layer contains everything that passes it: the later steps, and at the same step the layers above. It is what
    ``tensor.grad`` has in PyTorch.
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
    def weights(self) -> Weights:
        """The parameters of the layer."""
        return self.trace.layers[self.layer - 1].weights

    @cached_property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What the layer's W_hh multiplies."""
        return self.trace.layers[self.layer - 1].recurrent_inputs

    @property
    def top_h(self) -> slice:
        """Where h of the last layer stands in the joint state."""
        start = self.state_size - self.trace.layers[-1].state_size
        return slice(start, start + self.hidden_size)

    def step_flops(self, rows: float) -> float:
        """Count some gradients, a row each, one step back."""
        layers = self.trace.layers[self.layer - 1 :]
        hidden, states = layers[0].hidden_size, layers[0].state_size / layers[0].hidden_size
        return gradient_step(rows, layers[0].weights.rows / hidden, states, hidden, len(layers))

    def only(self, steps: Steps) -> "LossGraph":
        """Keep the losses of some steps alone."""
        chosen = np.isin(self.steps, steps)
        return LossGraph(self.trace, self.layer, self.steps[chosen], self.values[chosen], self.seeds[chosen])

    def vjp(self, step: int | Steps, gradients: Array) -> tuple[VJPResult, Array]:
        """Take gradients with respect to the joint state s_k, shape (n, S), one step back through all the layers.

        All are at one step, or each is at its own, (n,).
        They are changed in place: each layer's part comes in alone, and what comes down from the layers above at this
        step is added. Also gives the gradients with respect to h_k of the looked-at layer, (n, H), all paths together.
        """
        if len(self._vjps) == 1:
            return self._vjps[0].vjp(step, gradients), gradients[:, : self.hidden_size]
        before, start = np.empty_like(gradients), self.state_size
        for place in range(len(self._vjps) - 1, -1, -1):
            vjp, size = self._vjps[place], self.trace.layers[self.layer - 1 + place].state_size
            start -= size
            own = gradients[:, start : start + size]
            result = vjp.vjp(step, own)
            before[:, start : start + size] = result.d_state
            if place:
                lower = start - self.trace.layers[self.layer - 2 + place].state_size
                gradients[:, lower : lower + self.hidden_size] += vjp.d_inputs(step, own, result)
        return VJPResult(before, result.d_preactivation, result.d_recurrent), gradients[:, : self.hidden_size]

    @cached_property
    def elementwise(self) -> ElementwiseVJP | None:
        """The VJP of the one layer of the graph, where its gates take a gradient unit by unit; None otherwise."""
        layers = self.trace.layers[self.layer - 1 :]
        return layers[0].elementwise_vjp() if len(layers) == 1 else None

    @cached_property
    def _vjps(self) -> tuple[BatchedVJP, ...]:
        return tuple(layer.batched_vjp() for layer in self.trace.layers[self.layer - 1 :])


@dataclass(frozen=True)
class Gradient:
    """∂L/∂(parameters) of one layer by PyTorch's names, ``weight_hh`` …; each is its array times 2^(its exponent)."""

    arrays: Mapping[str, Array]
    exponents: Mapping[str, int]

    @property
    def weight_hh(self) -> Array:
        """That of the recurrent matrix, shape (G·H, H)."""
        return self.arrays["weight_hh"]

    @property
    def exponent(self) -> int:
        """The power of two of the recurrent matrix."""
        return self.exponents["weight_hh"]


def loss_graph(trace: Trace, readout: Readout, targets: Targets, layer: int | None = None) -> LossGraph:
    """Measure the losses of a forward pass and their seeds; the last layer is looked at when `layer` is left out."""
    values, d_outputs = losses(readout.outputs(trace.layers[-1].h[1:]), targets)
    top = len(trace.layers)
    return LossGraph(trace, top if layer is None else layer, targets.steps, values, d_outputs @ readout.weight)


def gradient(graph: LossGraph) -> Gradient:
    """Compute the gradient of the summed losses by ordinary backpropagation through time."""
    last = graph.last_step
    d_preactivation, d_recurrent, powers = (
        _through_stack(graph) if graph.elementwise is None else _through_layer(graph, graph.elementwise)
    )
    inputs = graph.trace.inputs if graph.layer == 1 else graph.trace.layers[graph.layer - 2].h[1:]
    parts = graph.recurrent_inputs
    # A step at which nothing is multiplied brings nothing, however large its δ: it must not set the scale of the rest.
    is_read = np.asarray(np.concatenate([part.values[:last] for part in parts], axis=1).any(axis=1))
    recurrent, top = _at_one_scale(d_recurrent, powers, is_read)
    entering, top_in = _at_one_scale(d_preactivation, powers, np.asarray(inputs[:last].any(axis=1)))
    every = np.ones(last, dtype=np.bool_)
    (biases_in, bias_in), (biases, bias) = (
        _at_one_scale(rows, powers, every) for rows in (d_preactivation, d_recurrent)
    )
    arrays = {
        "weight_hh": np.concatenate([recurrent[:, part.rows].T @ part.values[:last] for part in parts]),
        "weight_ih": entering.T @ inputs[:last],
        "bias_ih": biases_in.sum(axis=0),
        "bias_hh": biases.sum(axis=0),
    }
    exponents = dict(zip(arrays, (top, top_in, bias_in, bias), strict=True))
    return Gradient(*_near_one(arrays, exponents))


def _at_one_scale(rows: Array, powers: Steps, counts: Flags) -> tuple[Array, int]:
    """Bring the rows (n, m) that count to one power of two, the largest of theirs; the others are zero."""
    counts = counts & rows.any(axis=1)
    if not counts.any():
        return np.zeros_like(rows), 0
    top = int(powers.max(where=counts, initial=-(2**40)))
    if counts.all() and (powers == top).all():
        return rows, top
    with np.errstate(under="ignore"):
        scaled = np.ldexp(rows, np.where(counts, np.maximum(powers - top, -2200), 0)[:, None])
    return np.where(counts[:, None], scaled, 0.0), top


def _near_one(arrays: Mapping[str, Array], exponents: Mapping[str, int]) -> tuple[dict[str, Array], dict[str, int]]:
    """Scale gradients whose squares would be no float64."""
    sizes = {name: int(np.frexp(np.abs(array).max(initial=0.0))[1]) for name, array in arrays.items()}
    more = {name: size if abs(size) > _PLAIN and arrays[name].any() else 0 for name, size in sizes.items()}
    return (
        {name: np.ldexp(array, -more[name]) if more[name] else array for name, array in arrays.items()},
        {name: exponent + more[name] for name, exponent in exponents.items()},
    )


def _through_stack(graph: LossGraph) -> tuple[Array, Array, Steps]:
    """Take the summed gradient back through all layers, step by step.

    Gives d_preactivation and d_recurrent of every step, (reach, G·H) each, and their powers of two (reach,).
    """
    last, height = graph.last_step, graph.weights.rows
    row, exponent, place = np.zeros((1, graph.state_size)), 0, len(graph.steps) - 1
    d_preactivation, d_recurrent, powers = (
        np.zeros((last, height)),
        np.zeros((last, height)),
        np.zeros(last, dtype=np.int64),
    )
    for step in range(last, 0, -1):
        if place >= 0 and graph.steps[place] == step:
            row, exponent = _add_seed(row, exponent, graph.seeds[place], graph.top_h)
            place -= 1
        result, _ = graph.vjp(step, row)
        d_preactivation[step - 1], d_recurrent[step - 1] = result.d_preactivation[0], result.d_recurrent[0]
        powers[step - 1] = exponent
        scaled, more = rescale(result.d_state[None])
        row, exponent = scaled[0], exponent + int(more[0])
        advance(graph.step_flops(1))
    return d_preactivation, d_recurrent, powers


def _through_layer(graph: LossGraph, layer: ElementwiseVJP) -> tuple[Array, Array, Steps]:
    """Do the same for one layer, several steps between two looks at its size."""
    reach, size, parts = graph.last_step, layer.hidden_size, len(layer.gates_of_part)
    rows, powers = np.zeros((parts, reach, size)), np.zeros(reach, dtype=np.int64)
    row, exponent, last, count = np.zeros((parts, size)), 0, reach, _MAX_STEPS
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        while last > 0:
            count = min(count, last)
            entering, segment = np.zeros((count, size)), np.empty((parts, count + 1, size))
            chosen = slice(*np.searchsorted(graph.steps, [last - count + 1, last + 1]).tolist())
            entering[last - graph.steps[chosen]] = graph.seeds[chosen]
            top = max(exponent, 0) if entering.any() and row.any() else exponent if row.any() else 0
            entering = np.ldexp(entering, -top) if top else entering
            segment[:, 0] = np.ldexp(row, exponent - top) + layer.parts(np.array([last]), entering[:1])[:, 0]
            layer.backpropagate(last, segment, entering)
            advance(count * graph.step_flops(1))
            if count > 1 and not kept_precision(np.vecdot(segment, segment).sum(axis=0)[:, None]):
                count //= 2
                continue
            rows[:, last - count : last], powers[last - count : last] = segment[:, -2::-1], top
            scaled, more = rescale(segment[None, :, -1])
            row, exponent, last, count = scaled[0], top + int(more[0]), last - count, min(2 * count, _MAX_STEPS)
    steps = np.arange(1, reach + 1)
    d_recurrent = layer.delta(steps, rows)
    if layer.input_slopes is layer.slopes:
        return d_recurrent, d_recurrent, powers
    return layer.delta(steps, rows, of_inputs=True), d_recurrent, powers


def _add_seed(row: Array, exponent: int, seed: Array, top_h: slice) -> tuple[Array, int]:
    """Add a loss to what comes from later ones, where their sizes may be any powers of two apart."""
    entering = np.zeros_like(row)
    entering[0, top_h] = seed
    if not row.any():
        return entering, 0
    if not seed.any():
        return row, exponent
    top = max(exponent, 0)
    with np.errstate(under="ignore"):
        return np.ldexp(row, exponent - top) + np.ldexp(entering, -top), top
