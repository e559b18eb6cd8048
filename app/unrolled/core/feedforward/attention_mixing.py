"""What one step of causal attention does by itself: m_t = Σ_j α_tj v_j out of the embeddings e_j, and its derivatives.

With s = 1/√d_k and differences that do not depend on biases,

    ∂m_t/∂e_j = α_tj (W_v + s (v_j − m_t) q_tᵀ W_k)  +  [j = t]  s Σ_i α_ti (v_i − m_t) k_iᵀ W_q

(the same structure as in Kim, Papamakarios and Mnih 2021, arXiv 2006.04710). A weight of 10⁻⁴⁰⁰ is a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.rank_one import rank_one_norms
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.jacobians.product import scaled_norms
from unrolled.runtime.progress import advance

_LN10 = float(np.log(10.0))
# Passes over a score until it is a weight: masked, shifted, raised, added up; calls of one row of them.
WEIGHED, _CALLS = 2, 16


@dataclass(frozen=True)
class AttentionMixing:
    """From embeddings (T, H) to mixtures, in one forward pass; queries s q_t and keys (T, d_k) are without key bias."""

    embeddings: Array
    queries: Array
    keys: Array
    parameters: Mapping[str, Array]

    def log_weights(self, t: int) -> Array:
        """Give ln α_tj for all j ≤ t, shape (t,)."""
        return log_weights(self.queries, self.keys, t)

    def mixture(self, t: int) -> Array:
        """Compute m_t, shape (H,)."""
        return np.exp(self.log_weights(t)) @ self._values[:t] + self.parameters["bias_v"]

    def norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure log10 ‖∂m_t/∂e_j‖ (n,) at some 1-based steps j ≤ t, shape (n,)."""
        logs, deviations, key_gradient = self._row(t)
        places = steps - 1
        norms = rank_one_norms(self.parameters["weight_v"], deviations[places], key_gradient, norm)
        sizes = norms + logs[places] / _LN10
        if (own := np.flatnonzero(steps == t)).size:
            matrix, log = self.own_jacobian(t)
            sizes[own] = scaled_norms(matrix[None], np.zeros(1, dtype=np.int64), norm)[0] + log / _LN10
        return np.asarray(sizes)

    def joint_norm(self, t: int, steps: Steps, norm: Norm) -> float:
        """Measure log10 of the norm of [∂m_t/∂e_j] side by side, for some 1-based steps j < t, shape (n,).

        Its square is the largest eigenvalue, or the trace, of Σ_j J_j J_jᵀ.
        """
        logs, deviations, key_gradient = self._row(t)
        top = float(logs[steps - 1].max())
        squares, away = np.exp(2.0 * (logs[steps - 1] - top)), deviations[steps - 1]
        values = self.parameters["weight_v"]
        crossed = np.outer(squares @ away, values @ key_gradient)
        gram = squares.sum() * values @ values.T + crossed + crossed.T
        gram += (key_gradient @ key_gradient) * (away.T * squares) @ away
        square = np.linalg.eigvalsh(gram)[-1] if norm == "spectral" else np.trace(gram)
        with np.errstate(divide="ignore"):
            return float(0.5 * np.log10(max(square, 0.0)) + top / _LN10)

    def own_jacobian(self, t: int) -> tuple[Array, float]:
        """Give ∂m_t/∂e_t, shape (H, H), which moves the query too: a matrix, and ln of its factor."""
        logs, deviations, key_gradient = self._row(t)
        leader = int(np.argmax(logs))
        others = np.delete(np.arange(t), leader)
        # The weighted deviations sum to zero, so keys may be counted from the leader's: what is left may be very small.
        top = float(max(logs[t - 1], logs[others].max(initial=-np.inf)))
        matrix = np.exp(logs[t - 1] - top) * (self.parameters["weight_v"] + np.outer(deviations[t - 1], key_gradient))
        if others.size:
            keys = (self.keys[others] - self.keys[leader]) / np.sqrt(self.keys.shape[1])
            weighted = deviations[others] * np.exp(logs[others] - top)[:, None]
            matrix = matrix + weighted.T @ keys @ self.parameters["weight_q"]
        return matrix, top

    def _row(self, t: int) -> tuple[Array, Array, Array]:
        """Compute ln α_tj, v_j − m_t and s W_kᵀ q_t for all j ≤ t."""
        logs = self.log_weights(t)
        away = self._values[:t] - self._values[int(np.argmax(logs))]
        return logs, away - np.exp(logs) @ away, self.queries[t - 1] @ self.parameters["weight_k"]

    @cached_property
    def _values(self) -> Array:
        """The values without their bias, shape (T, H)."""
        return self.embeddings @ self.parameters["weight_v"].T


def log_weights(queries: Array, keys: Array, t: int) -> Array:
    """Compute ln α_tj for all j ≤ t, shape (t,), of scaled queries and of keys (T, d_k)."""
    scores = keys[:t] @ queries[t - 1]
    advance(_CALLS * CALL + t * (2.0 * keys.shape[1] + WEIGHED * ENTRY))
    scores -= scores.max()
    return np.asarray(scores - np.log(np.exp(scores).sum()))
