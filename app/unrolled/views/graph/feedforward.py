"""The graph of a model without recurrence: every output with the inputs it reads, folded where there are many."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.attention import AttentionTrace
from unrolled.core.feedforward.attention_mixing import AttentionMixing
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.views.graph.diagram import RAISED, Edge, Node
from unrolled.views.graph.folding import Fold
from unrolled.views.graph.recurrent import Drawn
from unrolled.views.graph.sizes import constant, lengths, scaled_rows

_INPUT, _FIRST, _NEXT = 64.0, 166.0, 100.0


def fan(
    trace: DirectTrace, labels: tuple[str, ...], drawn: Drawn, norm: Norm
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Draw a model without recurrence.

    Parameters
    ----------
    trace : DirectTrace
        Its forward pass.
    labels : tuple of str
        What stands beside the inputs.
    drawn : sequence of int or Fold
        Steps and folds, in the order of time.
    norm : {"spectral", "frobenius"}
        How sizes are measured.

    Returns
    -------
    nodes, edges : tuples
        In the order of time; the path is marked by somebody else.
    """
    made: _MLP | _Attention
    made = _Attention(trace, norm) if isinstance(trace, AttentionTrace) else _MLP(_mlp(trace), norm)
    nodes: list[Node] = []
    edges: list[Edge] = []
    before: list[int | Fold] = []
    for part in drawn:
        before.append(part)
        if isinstance(part, Fold):
            label = f"… {part.count:,} steps"
            size = float(lengths(trace.inputs[part.first - 1 : part.last].reshape(1, -1))[0])
            nodes.append(Node(part.name, "fold", "", label, part.first, None, size, made.folded, t_last=part.last))
            continue
        entering = float(lengths(trace.inputs[part - 1][None])[0])
        nodes.append(Node(f"x{part}", "input", "x", labels[part - 1], part, None, entering, _INPUT))
        nodes += made.nodes(part)
        output, size = made.output, float(lengths(trace.outputs[part - 1][None])[0])
        nodes.append(Node(f"out{part}", "output", "o", f"o_{part}", part, None, size, output))
        edges += made.edges(part, before)
    return tuple(nodes), tuple(edges)


def _mlp(trace: DirectTrace) -> MLPTrace:
    if not isinstance(trace, MLPTrace):
        raise TypeError(f"no graph is known of {type(trace).__name__}")
    return trace


@dataclass(frozen=True)
class _MLP:
    """Hidden layers h = φ(a) in a row; the first one reads the last K inputs."""

    trace: MLPTrace
    norm: Norm

    folded = _INPUT

    @property
    def output(self) -> float:
        """Where outputs stand."""
        return _FIRST + _NEXT * len(self.trace.a)

    def nodes(self, step: int) -> Iterator[Node]:
        """Make the hidden layers of one step."""
        for layer, a in enumerate(self.trace.a):
            size = float(lengths(self.trace.activation.function(a[step - 1][None]))[0])
            symbol = self._symbol(layer)
            name, across = self._name(layer, step), _FIRST + _NEXT * layer
            yield Node(name, "hidden", symbol, f"{symbol}_{step}", step, layer, size, across)

    def edges(self, step: int, before: list[int | Fold]) -> Iterator[Edge]:
        """Make the edges into one step: out of every drawn input of its window, and on to its output."""
        weights, slopes = self.trace.parameters, self.trace.slopes
        first, window = self._symbol(0), self.trace.window
        for part in before:
            source, steps, name = _source(part, step - window + 1)
            if steps.size:
                block = self._block(step - steps)
                size = float(scaled_rows(slopes[0][step - 1][None], block, self.norm)[0])
                lag = f"W_0, columns of lag {step - steps[0]}" if window > 1 else "W_0"
                lag = lag if steps.size == 1 else f"W_0, columns of {steps.size:,} lags"
                bent = self._bent(0, step)
                yield Edge(source, self._name(0, step), f"∂{first}_{step}/∂{name} = {bent} {lag}", size)
        for layer in range(1, len(slopes)):
            size = float(scaled_rows(slopes[layer][step - 1][None], weights[f"weight_l{layer}"], self.norm)[0])
            ends = f"∂{self._symbol(layer)}_{step}/∂{self._symbol(layer - 1)}_{step}"
            formula = f"{ends} = {self._bent(layer, step)} W_{layer}"
            yield Edge(self._name(layer - 1, step), self._name(layer, step), formula, size)
        last = len(slopes) - 1
        size = float(constant(weights["weight_o"], 1, self.norm)[0])
        yield Edge(self._name(last, step), f"out{step}", f"∂o_{step}/∂{self._symbol(last)}_{step} = W_o", size)

    def _block(self, lags: Steps) -> Array:
        """Give the columns of W_0 that some lags enter."""
        size = self.trace.inputs.shape[1]
        return np.concatenate(
            [self.trace.parameters["weight_l0"][:, lag * size : (lag + 1) * size] for lag in lags], axis=1
        )

    def _bent(self, layer: int, step: int) -> str:
        letter = "a" if len(self.trace.a) == 1 else f"a{RAISED[layer + 1]}"
        return f"diag φ′({letter}_{step})"

    def _symbol(self, layer: int) -> str:
        return "h" if len(self.trace.a) == 1 else f"h{RAISED[layer + 1]}"

    def _name(self, layer: int, step: int) -> str:
        return f"h{step}" if len(self.trace.a) == 1 else f"h{step}.l{layer}"


class _Attention:
    """Embeddings e, mixtures m of all embeddings so far, outputs."""

    folded = _FIRST - 16.0
    output = _FIRST + 2 * _NEXT

    def __init__(self, trace: AttentionTrace, norm: Norm) -> None:
        self._mixing, self._norm = AttentionMixing(trace), norm
        self._entering, self._leaving = (
            float(constant(trace.parameters[name], 1, norm)[0]) for name in ("weight_e", "weight_o")
        )

    def nodes(self, step: int) -> Iterator[Node]:
        """Make the embedding and the mixture of one step."""
        embedded, mixed = self._mixing.embeddings[step - 1], self._mixing.mixture(step)
        for place, (letter, kind, value) in enumerate((("e", "embedding", embedded), ("m", "mixture", mixed))):
            size, across = float(lengths(value[None])[0]), _FIRST - 16.0 + place * (_NEXT + 16.0)
            yield Node(f"{letter}{step}", kind, letter, f"{letter}_{step}", step, 0, size, across)

    def edges(self, step: int, before: list[int | Fold]) -> Iterator[Edge]:
        """Make the edges into one step: out of every embedding so far, each with its weight."""
        yield Edge(f"x{step}", f"e{step}", f"∂e_{step}/∂x_{step} = W_e", self._entering)
        weights = self._mixing.trace.log_weights(step)
        single = np.array([part for part in before if not isinstance(part, Fold)], dtype=np.int64)
        sizes = dict(zip(single.tolist(), self._mixing.norms(step, single, self._norm).tolist(), strict=True))
        for part in before:
            if isinstance(part, Fold):
                steps = np.arange(part.first, part.last + 1)
                size, weight = self._mixing.joint_norm(step, steps, self._norm), float(np.exp(weights[steps - 1]).sum())
                formula = f"∂m_{step}/∂e_{part.first} … ∂e_{part.last}, {part.count:,} side by side"
                yield Edge(part.name, f"m{step}", formula, size, told={"weight": weight})
                continue
            shared = f"α (W_v + (v_{part} − m_{step}) q_{step}ᵀ W_k/√d)"
            own = " + what the query moves" if part == step else ""
            weight = float(np.exp(weights[part - 1]))
            formula = f"∂m_{step}/∂e_{part} = {shared}{own}"
            yield Edge(f"e{part}", f"m{step}", formula, sizes[part], told={"weight": weight})
        yield Edge(f"m{step}", f"out{step}", f"∂o_{step}/∂m_{step} = W_o", self._leaving)


def _source(part: int | Fold, earliest: int) -> tuple[str, Steps, str]:
    """Name a node that is read, its steps from the earliest on, and what they are called."""
    if isinstance(part, Fold):
        steps = np.arange(max(part.first, earliest), part.last + 1)
        return part.name, steps, f"x_{steps[0]} … ∂x_{part.last}" if steps.size else ""
    return f"x{part}", np.array([part] if part >= earliest else [], dtype=np.int64), f"x_{part}"
