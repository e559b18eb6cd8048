"""The graph of a model without recurrence: every output with the inputs it reads, folded where there are many."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.attention import AttentionTrace
from unrolled.core.feedforward.attention_mixing import AttentionMixing
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.views.graph.diagram import LAYER_DIGITS, Edge, Node
from unrolled.views.graph.folding import Fold, Rows
from unrolled.views.graph.sizes import constant_norms, lengths, scaled_row_norms
from unrolled.views.graph.text import MESSAGES

_INPUT, _FIRST, _NEXT = 64.0, 166.0, 100.0


def feedforward_graph(
    trace: DirectTrace, labels: tuple[str, ...], rows: Rows, norm: Norm
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Make all nodes and edges, in the order of time; the path is not marked yet. ``labels`` stand beside the inputs.

    Raises KeyError for a model of which no graph is known.
    """
    model = _MODELS[type(trace)](trace, norm)
    nodes: list[Node] = []
    edges: list[Edge] = []
    before: list[int | Fold] = []
    for row in rows:
        before.append(row)
        if isinstance(row, Fold):
            label = MESSAGES["fold"].format(steps=row.count)
            size = float(lengths(trace.inputs[row.first - 1 : row.last].reshape(1, -1))[0])
            nodes.append(Node(row.name, "fold", "", label, row.first, None, size, model.fold_x, t_last=row.last))
            continue
        size = float(lengths(trace.inputs[row - 1][None])[0])
        nodes.append(Node(f"x{row}", "input", "x", labels[row - 1], row, None, size, _INPUT))
        nodes += model.nodes(row)
        size = float(lengths(trace.outputs[row - 1][None])[0])
        nodes.append(Node(f"out{row}", "output", "o", f"o_{row}", row, None, size, model.output_x))
        edges += model.edges(row, before)
    return tuple(nodes), tuple(edges)


@dataclass(frozen=True)
class _MLP:
    """Hidden layers h = φ(a) in a row; the first one reads the last K inputs."""

    trace: MLPTrace
    norm: Norm

    fold_x = _INPUT

    @property
    def output_x(self) -> float:
        """Where outputs stand."""
        return _FIRST + _NEXT * len(self.trace.a)

    def nodes(self, step: int) -> Iterator[Node]:
        """Make the hidden layers of one step."""
        for layer, a in enumerate(self.trace.a):
            size = float(lengths(self.trace.activation.function(a[step - 1][None]))[0])
            symbol = self._symbol(layer)
            name, x = self._id(layer, step), _FIRST + _NEXT * layer
            yield Node(name, "hidden", symbol, f"{symbol}_{step}", step, layer, size, x)

    def edges(self, step: int, before: list[int | Fold]) -> Iterator[Edge]:
        """Make the edges into one step: out of every drawn input of its window, and on to its output."""
        weights, slopes = self.trace.parameters, self.trace.slopes
        first, window = self._symbol(0), self.trace.window
        for row in before:
            source, steps, name = _source(row, step - window + 1)
            if steps.size:
                block = self._block(step - steps)
                size = float(scaled_row_norms(slopes[0][step - 1][None], block, self.norm)[0])
                message = "all columns" if window == 1 else "columns of a lag"
                message = message if steps.size == 1 else "columns of lags"
                formula = MESSAGES[message].format(
                    output=f"{first}_{step}",
                    input=name,
                    slope=self._slope(0, step),
                    lag=step - steps[0],
                    lags=steps.size,
                )
                yield Edge(source, self._id(0, step), formula, size)
        for layer in range(1, len(slopes)):
            size = float(scaled_row_norms(slopes[layer][step - 1][None], weights[f"weight_l{layer}"], self.norm)[0])
            ends = f"∂{self._symbol(layer)}_{step}/∂{self._symbol(layer - 1)}_{step}"
            formula = f"{ends} = {self._slope(layer, step)} W_{layer}"
            yield Edge(self._id(layer - 1, step), self._id(layer, step), formula, size)
        last = len(slopes) - 1
        size = float(constant_norms(weights["weight_o"], 1, self.norm)[0])
        yield Edge(self._id(last, step), f"out{step}", f"∂o_{step}/∂{self._symbol(last)}_{step} = W_o", size)

    def _block(self, lags: Steps) -> Array:
        """Give the columns of W_0 that some lags enter."""
        size = self.trace.inputs.shape[1]
        return np.concatenate(
            [self.trace.parameters["weight_l0"][:, lag * size : (lag + 1) * size] for lag in lags], axis=1
        )

    def _slope(self, layer: int, step: int) -> str:
        letter = "a" if len(self.trace.a) == 1 else f"a{LAYER_DIGITS[layer + 1]}"
        return f"diag φ′({letter}_{step})"

    def _symbol(self, layer: int) -> str:
        return "h" if len(self.trace.a) == 1 else f"h{LAYER_DIGITS[layer + 1]}"

    def _id(self, layer: int, step: int) -> str:
        return f"h{step}" if len(self.trace.a) == 1 else f"h{step}.l{layer}"


class _Attention:
    """Embeddings e, mixtures m of all embeddings so far, outputs."""

    fold_x = _FIRST - 16.0
    output_x = _FIRST + 2 * _NEXT

    def __init__(self, trace: AttentionTrace, norm: Norm) -> None:
        self._mixing, self._norm = AttentionMixing(trace), norm
        self._norm_e, self._norm_o = (
            float(constant_norms(trace.parameters[name], 1, norm)[0]) for name in ("weight_e", "weight_o")
        )

    def nodes(self, step: int) -> Iterator[Node]:
        """Make the embedding and the mixture of one step."""
        embedded, mixed = self._mixing.embeddings[step - 1], self._mixing.mixture(step)
        for index, (letter, kind, value) in enumerate((("e", "embedding", embedded), ("m", "mixture", mixed))):
            size, x = float(lengths(value[None])[0]), _FIRST - 16.0 + index * (_NEXT + 16.0)
            yield Node(f"{letter}{step}", kind, letter, f"{letter}_{step}", step, 0, size, x)

    def edges(self, step: int, before: list[int | Fold]) -> Iterator[Edge]:
        """Make the edges into one step: out of every embedding so far, each with its weight."""
        yield Edge(f"x{step}", f"e{step}", f"∂e_{step}/∂x_{step} = W_e", self._norm_e)
        weights = self._mixing.trace.log_weights(step)
        single = np.array([row for row in before if not isinstance(row, Fold)], dtype=np.int64)
        sizes = dict(zip(single.tolist(), self._mixing.norms(step, single, self._norm).tolist(), strict=True))
        for row in before:
            if isinstance(row, Fold):
                steps = np.arange(row.first, row.last + 1)
                size, weight = self._mixing.joint_norm(step, steps, self._norm), float(np.exp(weights[steps - 1]).sum())
                formula = MESSAGES["side by side"].format(t=step, first=row.first, last=row.last, steps=row.count)
                yield Edge(row.name, f"m{step}", formula, size, values={"weight": weight})
                continue
            weight = float(np.exp(weights[row - 1]))
            formula = MESSAGES["own embedding" if row == step else "embedding"].format(t=step, k=row)
            yield Edge(f"e{row}", f"m{step}", formula, sizes[row], values={"weight": weight})
        yield Edge(f"m{step}", f"out{step}", f"∂o_{step}/∂m_{step} = W_o", self._norm_o)


def _source(row: int | Fold, earliest: int) -> tuple[str, Steps, str]:
    """Name a node that is read, its steps from the earliest on, and what they are called."""
    if isinstance(row, Fold):
        steps = np.arange(max(row.first, earliest), row.last + 1)
        return row.name, steps, f"x_{steps[0]} … ∂x_{row.last}" if steps.size else ""
    return f"x{row}", np.array([row] if row >= earliest else [], dtype=np.int64), f"x_{row}"


_MODELS: Mapping[type, Callable[[Any, Norm], _MLP | _Attention]] = {MLPTrace: _MLP, AttentionTrace: _Attention}
