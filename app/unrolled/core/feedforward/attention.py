"""Causal attention with one head: o_t = W_o Σ_{j≤t} α_tj v_j + b_o, α_t = softmax_j(q_t·k_j/√d_k).

With s = 1/√d_k and the mean value v̄_t = Σ_j α_tj v_j,

    ∂o_t/∂e_k = W_o α_tk (W_v + s (v_k − v̄_t) q_tᵀ W_k)  for k < t,

and at k = t the query turns as well, which adds s W_o Σ_j α_tj (v_j − v̄_t) k_jᵀ W_q. (The structure is that of Kim,
Papamakarios and Mnih 2021, arXiv 2006.04710.) Times W_e that is ∂o_t/∂x_k. Up to α_tk every cell is one matrix and an
outer product, so a row of the triangle is a few matrix products however large H is.

Where one α_tj is nearly 1, v_j − v̄_t is a small difference of large numbers: values and keys are therefore counted from
those of the step with the largest weight. The weights are kept as logarithms: one of 10⁻⁴⁰⁰ is a number like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.rank_one import rank_one_norms
from unrolled.core.arrays.scaling import require_finite
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.attention_diagram import AttentionDiagram
from unrolled.core.feedforward.attention_mixing import WEIGHED, AttentionMixing, log_weights
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.feedforward.trace import DirectTrace, unscaled
from unrolled.core.jacobians.product import scaled_norms
from unrolled.core.networks.wiring import Edge
from unrolled.runtime.progress import advance

# How many weights are held at once.
MIXED_ENTRIES = 2**19
_LN2, _LN10 = float(np.log(2.0)), float(np.log(10.0))
# Smaller matrices are decomposed as fast as they are updated.
_WIDE = 4
_GROWS = ("causal attention", "the output")


@dataclass(frozen=True)
class AttentionTrace(DirectTrace):
    """One forward pass; weights are computed again, row by row, where a row is looked at.

    Inputs (T, D), outputs (T, O), ``queries`` and ``keys`` (T, d_k): s q_t, and k_t without its bias, on which neither
    weights nor Jacobians depend; ``values`` (T, O): W_o v_t, likewise without biases. ``positions`` adds sinusoids to
    the embedding.
    """

    inputs: Array
    outputs: Array
    queries: Array
    keys: Array
    values: Array
    parameters: Mapping[str, Array]
    positions: bool

    def log_weights(self, t: int) -> Array:
        """Give ln α_tj for all j ≤ t, shape (t,)."""
        return log_weights(self.queries, self.keys, t)

    def scaled_jacobians(self, t: int, steps: Steps) -> tuple[Array, Steps]:
        """Give ∂o_t/∂x_k with powers of two; as `DirectTrace.scaled_jacobians`."""
        row = self._row(t)
        is_seen = steps <= t
        places = np.where(is_seen, steps, 1) - 1
        matrices = self._value_inputs + row.deviations(places)[:, :, None] * row.key_gradient
        factors, exponents = exp_in_powers(row.logs[places])
        matrices *= np.where(is_seen, factors, 0.0)[:, None, None]
        own = np.flatnonzero(steps == t)
        if own.size:
            by_query, power = self._query_term(row)
            common = np.maximum(exponents[own], power)
            matrices[own] = unscaled(matrices[own], exponents[own] - common) + unscaled(by_query, power - common)
            exponents[own] = common
        return matrices, exponents

    def log10_norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure a whole row at once; as `DirectTrace.log10_norms`."""
        if min(self._value_inputs.shape) < _WIDE:
            return scaled_norms(*self.scaled_jacobians(t, steps), norm)
        sizes, row = np.full(len(steps), -np.inf), self._row(t)
        before, own = np.flatnonzero(steps < t), np.flatnonzero(steps == t)
        if before.size:
            places = steps[before] - 1
            norms = rank_one_norms(self._value_inputs, row.deviations(places), row.key_gradient, norm)
            sizes[before] = norms + row.logs[places] / _LN10
        if own.size:
            sizes[own] = scaled_norms(*self.scaled_jacobians(t, steps[own]), norm)
        return sizes

    def jacobians(self, t: int, steps: Steps) -> Array:
        """Give ∂o_t/∂x_k as plain numbers; as `DirectTrace.jacobians`."""
        return unscaled(*self.scaled_jacobians(t, steps))

    def hidden(self) -> Array:
        """Give the mixtures Σ_j α_tj v_j of values without their bias, shape (T, H)."""
        values = self.embeddings() @ self.parameters["weight_v"].T
        advance(len(values) ** 2 * float(values.shape[1]))
        return np.stack([np.exp(self.log_weights(t)) @ values[:t] for t in range(1, len(values) + 1)])

    def rerun(self, inputs: Array) -> "AttentionTrace":
        """Run the same model on another sequence (n, D)."""
        return run_attention(self.positions, self.parameters, inputs)

    def diagram(self) -> AttentionDiagram:
        """Draw embeddings and mixtures; as `DirectTrace.diagram`."""
        return AttentionDiagram(AttentionMixing(self.embeddings(), self.queries, self.keys, self.parameters))

    def embeddings(self) -> Array:
        """Compute the embeddings e_1 … e_T, shape (T, H)."""
        return _embed(self.positions, self.parameters, self.inputs)

    def _row(self, t: int) -> "_Row":
        """Compute what the cells of a row share."""
        logs = self.log_weights(t)
        leader = int(np.argmax(logs))
        values = self.values[:t] - self.values[leader]
        return _Row(t, logs, leader, values, np.exp(logs) @ values, self.queries[t - 1] @ self._key_inputs)

    def _query_term(self, row: "_Row") -> tuple[Array, Steps]:
        """Compute s W_o Σ_j α_tj (v_j − v̄_t) k_jᵀ W_q W_e, shape (1, O, D), with its power of two.

        Keys are counted from the leader's, which drops out: what is left may be very small, and is scaled.
        """
        others = np.delete(np.arange(row.t), row.leader)
        if not others.size:
            return np.zeros((1, *self._value_inputs.shape)), np.zeros(1, dtype=np.int64)
        power = exp_in_powers(row.logs[others].max(keepdims=True))[1]
        weights = np.exp(row.logs[others] - power * _LN2)
        keys = (self.keys[others] - self.keys[row.leader]) / np.sqrt(self.keys.shape[1])
        return ((row.deviations(others) * weights[:, None]).T @ keys @ self._query_inputs)[None], power

    @cached_property
    def _value_inputs(self) -> Array:
        """W_o W_v W_e, shape (O, D)."""
        return self.parameters["weight_o"] @ self.parameters["weight_v"] @ self.parameters["weight_e"]

    @cached_property
    def _key_inputs(self) -> Array:
        """W_k W_e, shape (d_k, D)."""
        return self.parameters["weight_k"] @ self.parameters["weight_e"]

    @cached_property
    def _query_inputs(self) -> Array:
        """W_q W_e, shape (d_k, D)."""
        return self.parameters["weight_q"] @ self.parameters["weight_e"]


@dataclass(frozen=True)
class _Row:
    """What the cells of row t share: ln α_tj, where it is largest, W_o v_j and its mean from there, s W_eᵀ W_kᵀ q_t."""

    t: int
    logs: Array
    leader: int
    values: Array
    mean: Array
    key_gradient: Array

    def deviations(self, places: Steps) -> Array:
        """Give W_o (v_j − v̄_t) at some 0-based places, shape (n, O)."""
        return self.values[places] - self.mean


@dataclass(frozen=True)
class AttentionNetwork(FeedforwardNetwork):
    """One head in one layer."""

    @property
    def key_size(self) -> int:
        """d_k."""
        return self.hidden_size if self.architecture.key_size is None else self.architecture.key_size

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every mixture reads every embedding up to its own."""
        return Edge("x", "e"), Edge("e", "mix", 0, None), Edge("mix", "o")

    @property
    def square(self) -> tuple[str, ...]:
        """W_v."""
        return ("v",)

    def matrix_shapes(self) -> dict[str, tuple[int, int]]:
        """Give ``e`` (H, D), ``q`` and ``k`` (d_k, H), ``v`` (H, H), ``o`` (D, H)."""
        size, hidden, key = self.input_size, self.hidden_size, self.key_size
        return {"e": (hidden, size), "q": (key, hidden), "k": (key, hidden), "v": (hidden, hidden), "o": (size, hidden)}

    def run(
        self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None
    ) -> AttentionTrace:
        """Run it; as `run_attention`."""
        del initial
        return run_attention(self.architecture.positions, parameters, inputs)

    def multiply_adds(self, length: int) -> int:
        """Count its matrices once a step, and the scores and mixtures of all pairs k ≤ t."""
        pairs = length * (length + 1) // 2
        return super().multiply_adds(length) + pairs * (self.key_size + self.hidden_size)


def exp_in_powers(logs: Array) -> tuple[Array, Steps]:
    """Write e^x as a factor near 1 … 2 times a power of two, also where e^x is no float64."""
    powers = np.floor(logs / _LN2).astype(np.int64)
    return np.exp(logs - powers * _LN2), powers


def run_attention(positions: bool, parameters: Mapping[str, Array], inputs: Array) -> AttentionTrace:
    """Compute e_t = W_e x_t + b_e (+ p_t with `positions`), q, k and v of it, and o_t, of inputs (T, D).

    Parameters are ``weight_e`` (H, D), ``weight_q`` and ``weight_k`` (d_k, H), ``weight_v`` (H, H), ``weight_o``
    (O, H), and a ``bias_`` for each. Raises Overflow, which names the step, when something leaves float64.
    """
    name = parameters
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        embedded = _embed(positions, parameters, inputs)
        advance(2.0 * len(inputs) * sum(name[f"weight_{each}"].size for each in "eqkvo"))
        queries = (embedded @ name["weight_q"].T + name["bias_q"]) / np.sqrt(len(name["weight_q"]))
        keys = embedded @ name["weight_k"].T
        values = embedded @ name["weight_v"].T @ name["weight_o"].T
        # First these: a later one that is no number would spoil earlier outputs, at weight 0.
        require_finite((embedded, queries, keys, values), *_GROWS, is_bounded=False)
        outputs = _mix(queries, keys, values) + (name["weight_o"] @ name["bias_v"] + name["bias_o"])
    require_finite((outputs,), *_GROWS, is_bounded=False)
    return AttentionTrace(inputs, outputs, queries, keys, values, parameters, positions)


def _embed(positions: bool, parameters: Mapping[str, Array], inputs: Array) -> Array:
    embedded = inputs @ parameters["weight_e"].T + parameters["bias_e"]
    if positions:
        embedded += sinusoids(*embedded.shape)
    return np.asarray(embedded)


def sinusoids(length: int, size: int) -> Array:
    """Compute the positions p_1 … p_T, shape (T, H) (Vaswani et al. 2017, section 3.5).

    Entry 2i of position τ = t − 1 is sin(τ/10000^(2i/H)), entry 2i + 1 the cosine of the same.
    """
    entries = np.arange(size)
    angles = np.arange(length)[:, None] / 10000.0 ** (2 * (entries // 2) / size)
    return np.where(entries % 2 == 0, np.sin(angles), np.cos(angles))


def _mix(queries: Array, keys: Array, values: Array) -> Array:
    """Compute Σ_j α_tj v_j for every t, some rows at a time; not a number where a score is none."""
    length, mixed = len(queries), np.empty_like(values)
    count = max(1, MIXED_ENTRIES // length)
    for first in range(0, length, count):
        stop = min(first + count, length)
        scores = queries[first:stop] @ keys[:stop].T
        scores[np.arange(stop) > np.arange(first, stop)[:, None]] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        mixed[first:stop] = scores @ values[:stop] / scores.sum(axis=1, keepdims=True)
        advance((stop - first) * stop * (2.0 * keys.shape[1] + 2.0 * values.shape[1] + WEIGHED * ENTRY))
    return mixed
