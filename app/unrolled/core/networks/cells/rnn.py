"""One layer of the vanilla recurrent network, as ``torch.nn.RNN`` computes it, with any activation."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import forward_step
from unrolled.core.arrays.scaling import flush_subnormal, require_finite
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.activations import ACTIVATIONS, Activation
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.diagrams.cell import CellDiagram
from unrolled.core.networks.diagrams.rnn import rnn_diagram
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.vjp import BatchedVJP, VJPResult
from unrolled.core.networks.weights import Weights
from unrolled.runtime.progress import advance

_REPORT_STEPS = 1024


@dataclass(frozen=True)
class RNNTrace(LayerTrace):
    """One forward pass, enough for every Jacobian. J_t = diag φ′(a_t) · W_hh (Pascanu et al. 2013).

    Of shape (T, H) are the pre-activations `a` and `slope`, φ′(a_t) or 0 below 10^−301; the states are h.
    """

    a: Array
    slope: Array
    activation: Activation

    halves = "weights", "saturation"
    saved_arrays = "states", "slope"

    def jacobians(self, steps: Steps) -> Array:
        """Give J_t = ∂h_t/∂h_{t−1} = diag φ′(a_t) · W_hh at some steps, shape (n, H, H)."""
        return self.slope[steps - 1, :, None] * self.weights.weight_hh

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂h_t/∂x_t = diag φ′(a_t) · W_ih at some steps, shape (n, H, D)."""
        return self.slope[steps - 1, :, None] * self.weights.weight_ih

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply by W_hh, all products in one matrix product, then by the slopes; as `LayerTrace.left_multiply`."""
        count, width, size = products.shape
        transposed, power = self._transposed
        moved = (products.reshape(count * width, size) @ transposed).reshape(products.shape)
        slope, exponents = self._slopes
        moved *= slope[steps - 1, None, :]
        return moved, exponents[steps - 1] + power

    def delta(self, step: int, gradients: Array) -> Array:
        """Multiply by the slopes; as `LayerTrace.delta`."""
        return gradients * self.slope[step - 1]

    def rerun(self, inputs: Array, start: Array) -> "RNNTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""
        return run_rnn(self.activation.name, self.weights, inputs, start)

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient one step back; as `LayerTrace.vjp`."""
        d_preactivation = self.slope[step - 1] * gradient
        return self.weights.weight_hh.T @ d_preactivation, self.weights.weight_ih.T @ d_preactivation

    def batched_vjp(self) -> "_RNNVJP":
        """Multiply by slopes and W_hh; as `LayerTrace.batched_vjp`."""
        return _RNNVJP(self)

    def elementwise_vjp(self) -> ElementwiseVJP:
        """Give the slopes; as `LayerTrace.elementwise_vjp`."""
        slopes = self.slope[:, None]
        return ElementwiseVJP(self.weights.weight_hh, slopes, slopes, (slice(0, 1),))

    def too_small(self, steps: Steps) -> int:
        """Count the zeros of a slope that has none; as `LayerTrace.too_small`."""
        return 0 if self.activation.is_flat else int(np.count_nonzero(self.slope[steps - 1] == 0.0))

    def determinant_parts(self, steps: Steps) -> tuple[Array, Array]:
        """Give the slopes and W_hh; as `LayerTrace.determinant_parts`."""
        return self.slope[steps - 1], self.weights.weight_hh

    @property
    def pieces(self) -> npt.NDArray[np.bool_]:
        """On which side of each kink of φ every unit lies, (T, n); no columns for a smooth φ."""
        return np.concatenate([super().pieces, *(self.a > kink for kink in self.activation.kinks)], axis=1)

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give the slopes; as `LayerTrace.unit_factors`."""
        return {"slope": self.slope[steps - 1]}

    @property
    def largest_factor(self) -> float:
        """γ."""
        return self.activation.gamma

    @property
    def slope_bound(self) -> float:
        """γ."""
        return self.activation.gamma

    def first_half(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply by W_hh alone, with slopes of 1; as `LayerTrace.first_half`."""
        ones = replace(self, slope=np.ones_like(self.slope[: len(steps)]))
        return ones.left_multiply(np.arange(1, len(steps) + 1), products)

    def diagram(self, steps: Steps) -> CellDiagram:
        """Draw pre-activation and h; as `LayerTrace.diagram`."""
        return rnn_diagram(self.a, self.h, self.slope, self.weights.weight_ih, self.weights.weight_hh, steps)

    @cached_property
    def _transposed(self) -> tuple[Array, int]:
        """W_hh transposed, and its power of two."""
        power = int(np.frexp(np.abs(self.weights.weight_hh).max())[1])
        return np.ascontiguousarray(np.ldexp(self.weights.weight_hh, -power).T), power

    @cached_property
    def _slopes(self) -> tuple[Array, Steps]:
        """The slopes with a power of two a step: a step may be smaller than float64 bears to be squared."""
        exponents = np.frexp(np.abs(self.slope).max(axis=1))[1].astype(np.int64)
        return np.ldexp(self.slope, -exponents[:, None]), exponents


class _RNNVJP(BatchedVJP):
    def __init__(self, layer: RNNTrace) -> None:
        super().__init__(layer.weights.weight_ih)
        self._slope, self._weight = layer.slope, layer.weights.weight_hh

    def vjp(self, step: int | Steps, gradients: Array) -> VJPResult:
        d_preactivation = gradients * self._slope[step - 1]
        return VJPResult(d_preactivation @ self._weight, d_preactivation, d_preactivation)


def run_rnn(activation: str, weights: Weights, inputs: Array, initial_state: Array) -> RNNTrace:
    """Compute h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh) over inputs (T, D) from h_0 (as ``torch.nn.RNN``).

    Raises Overflow when a state leaves the range of float64; it names the step.
    """
    phi = ACTIVATIONS[activation]
    h = np.empty((len(inputs) + 1, len(initial_state)))
    h[0] = initial_state
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        a = inputs @ weights.weight_ih.T + (weights.bias_ih + weights.bias_hh)
        for step in range(len(inputs)):
            a[step] += weights.weight_hh @ h[step]
            h[step + 1] = phi.function(a[step])
            if step % _REPORT_STEPS == 0:
                advance(min(_REPORT_STEPS, len(inputs) - step) * forward_step(1, a.shape[1]))
    require_finite((a, h[1:]), phi.label)
    return RNNTrace(weights, h, a, flush_subnormal(phi.derivative(a)), phi)


RNN = Cell(
    gates=("h",),
    states=("h",),
    run=lambda architecture, *layer: run_rnn(architecture.activation, *layer),
    factors=("slope",),
    factor_words=("slope", "slopes"),
)
