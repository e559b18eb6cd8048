"""The chain of Jacobians behind a derivative: of which part of the state, with respect to what, through which layers.

∂(of)_t/∂(wrt)_k is the total derivative, as automatic differentiation has it: rows ``of`` of the joint product
P[t, k] = J_t … J_{k+1} times ∂s_k/∂(wrt)_k, for what else of s_k is computed from ``wrt`` at step k moves with it: an
LSTM's h_k with c_k, the layers above with h_k of a lower one. Where nothing does, it is a block of P[t, k]; the blocks
of an LSTM do not obey the chain rule by themselves. A lower layer does not depend on a higher one, so only the layers
from ``wrt``'s to ``of``'s take part: the derivative of one layer's state with respect to its own earlier state runs
through that layer alone.
"""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.layer import LayerTrace, dense_left_multiply
from unrolled.core.networks.network import Trace


@dataclass(frozen=True)
class JacobianChain:
    """The layers that take part in a derivative, the lowest first; their states one after the other are of size S.

    ``of`` stands at `rows` of that state (R entries), ``wrt`` at `columns` (C entries, a part of the lowest layer's
    state or all of the joint one; None for the inputs (T, D) of the lowest layer). Of an output o, `readout` (R, H) is
    what is read out of those rows, h of the last layer. With `is_held` the rest of s_k is held fixed instead: any block
    of P[t, k], a local derivative of the graph.
    """

    inputs: Array
    layers: tuple[LayerTrace, ...]
    rows: slice
    columns: slice | None
    readout: Array | None = None
    is_held: bool = False

    @property
    def length(self) -> int:
        """Number of steps T."""
        return self.layers[0].length

    @property
    def state_size(self) -> int:
        """Size S of the joint state."""
        return sum(layer.state_size for layer in self.layers)

    @property
    def height(self) -> int:
        """R, the entries of ``of``."""
        return int(self.rows.stop - self.rows.start) if self.readout is None else len(self.readout)

    @property
    def width(self) -> int:
        """C, the entries of ``wrt``."""
        return self.layers[0].input_size if self.columns is None else int(self.columns.stop - self.columns.start)

    @property
    def is_block(self) -> bool:
        """Whether ∂s_k/∂(wrt)_k is columns of the identity: nothing else of the joint state moves with ``wrt``."""
        if self.columns is None:
            return False
        if self.is_held or self.width == self.state_size:
            return True
        return len(self.layers) == 1 and not self.layers[0].takes_along(self.columns)

    @property
    def is_full_state(self) -> bool:
        """Whether it is the joint state with respect to itself, and P[k, k] = I."""
        is_square = self.height == self.width == self.state_size
        return is_square and self.columns is not None and self.readout is None

    @property
    def selector(self) -> Array:
        """∂(of)_t/∂s_t of the joint state, shape (R, S): the last factor of every product."""
        return self.select(np.eye(self.state_size))

    def jacobians(self, steps: Steps) -> Array:
        """Give the joint J_t at some 1-based steps, shape (n, S, S): block-lower-triangular in the layers."""
        if len(self.layers) == 1:
            return self.layers[0].jacobians(steps)
        joint, below = np.zeros((len(steps), self.state_size, self.state_size)), None
        for layer, start in zip(self.layers, self._starts(), strict=True):
            rows = joint[:, start : start + layer.state_size]
            if below is not None:
                np.matmul(layer.input_jacobians(steps), below[:, :, :start], out=rows[:, :, :start])
            rows[:, :, start : start + layer.state_size] = layer.jacobians(steps)
            below = rows[:, : layer.hidden_size]
        return joint

    def factors(self, step: int) -> list[Array]:
        """Give J_step as factors (S, S), the first one rightmost: the layers each by itself, then what each hands up.

        Multiplied out, they lose the small singular values of what passes between layers.
        """
        steps, starts = np.array([step]), self._starts()
        if len(self.layers) == 1:
            return [self.layers[0].jacobians(steps)[0]]
        diagonal = np.zeros((self.state_size, self.state_size))
        for layer, start in zip(self.layers, starts, strict=True):
            own = slice(start, start + layer.state_size)
            diagonal[own, own] = layer.jacobians(steps)[0]
        return [diagonal, *self._upward_factors(steps)]

    def _upward_factors(self, steps: Steps) -> list[Array]:
        """Give what each layer but the lowest adds out of the output of the one below, at one step."""
        starts, factors = self._starts(), []
        for below, layer, low, start in zip(self.layers, self.layers[1:], starts, starts[1:], strict=False):
            factor = np.eye(self.state_size)
            factor[start : start + layer.state_size, low : low + below.hidden_size] = layer.input_jacobians(steps)[0]
            factors.append(factor)
        return factors

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply transposed products (n, C, S) by J_t from the left; as `LayerTrace.left_multiply`."""
        if len(self.layers) == 1:
            return self.layers[0].left_multiply(steps, products)
        return dense_left_multiply(self.jacobians(steps), products)

    def initial(self, steps: Steps) -> Array:
        """Give the first factors ∂s_k/∂(wrt)_k at some 1-based steps k, transposed, shape (n, C, S).

        At k = 0, which does not stand beside other steps, every part of the state is given and nothing moves along.
        """
        if self.columns is not None and (self.is_block or not steps.any()):
            return np.broadcast_to(np.eye(self.state_size)[self.columns], (len(steps), self.width, self.state_size))
        parts = [self._lowest_initial(steps)]
        for layer in self.layers[1:]:
            parts.append(layer.input_jacobians(steps) @ parts[-1][:, : layer.hidden_size])
        return np.ascontiguousarray(np.concatenate(parts, axis=1).swapaxes(1, 2))

    def initial_factors(self, step: int) -> list[Array]:
        """Give ∂s_k/∂(wrt)_k, not transposed, as factors, the first one (…, C) rightmost and the last one (S, …)."""
        if self.columns is not None and (self.is_block or not step):
            return [np.eye(self.state_size)[:, self.columns]]
        steps = np.array([step])
        if len(self.layers) == 1:
            return [self._lowest_initial(steps)[0]]
        into_lowest = np.eye(self.state_size)[:, : self.layers[0].state_size]
        return [self._lowest_initial(steps)[0], into_lowest, *self._upward_factors(steps)]

    def initial_vjp(self, step: int, gradient: Array) -> Array:
        """Take a gradient (S,) with respect to s_k to ``wrt`` at that step, (C,), by backpropagation through layers."""
        if self.columns is not None and (self.is_block or not step):
            return gradient[self.columns]
        starts, d_input = self._starts(), np.zeros(0)
        for layer, start in zip(self.layers[:0:-1], starts[:0:-1], strict=True):
            d_input = layer.vjp(step, _with_input(gradient[start : start + layer.state_size], d_input))[1]
        lowest = self.layers[0]
        own = _with_input(gradient[: lowest.state_size], d_input)
        if self.columns is None:
            return lowest.vjp(step, own)[1]
        return own @ lowest.part_jacobians(self.columns, np.array([step]))[0]

    def _lowest_initial(self, steps: Steps) -> Array:
        """Give ∂s_k/∂(wrt)_k of the lowest layer alone, shape (n, S, C)."""
        lowest = self.layers[0]
        return lowest.input_jacobians(steps) if self.columns is None else lowest.part_jacobians(self.columns, steps)

    def select_T(self, products: Array) -> Array:
        """Select ``of`` in transposed products (…, S), shape (…, R)."""
        if self.readout is not None:
            return products[..., self.rows] @ self.readout.T
        return products if self.height == self.state_size else products[..., self.rows]

    def select(self, rows: Array) -> Array:
        """Select ``of`` in what has one row an entry of the joint state, (S, …), shape (R, …)."""
        return rows[self.rows] if self.readout is None else self.readout @ rows[self.rows]

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient (S,) with respect to s_t one step back through all layers by backpropagation.

        Gives it with respect to s_{t−1}, shape (S,), and to what enters the lowest layer at t, shape (D,).
        """
        d_state, d_input = np.empty_like(gradient), np.zeros(0)
        for layer, start in zip(self.layers[::-1], self._starts()[::-1], strict=True):
            own = _with_input(gradient[start : start + layer.state_size], d_input)
            d_state[start : start + layer.state_size], d_input = layer.vjp(step, own)
        return d_state, d_input

    def state(self, step: int) -> Array:
        """Give the joint state s_t of the layers, shape (S,)."""
        return np.concatenate([layer.states[step] for layer in self.layers])

    def rerun(self, k: int, state: Array, inputs: Array) -> "JacobianChain":
        """Run the layers again from another joint state s_k (S,), on the inputs (n, D) of the steps after it."""
        layers: list[LayerTrace] = []
        for layer, start in zip(self.layers, self._starts(), strict=True):
            layers.append(layer.rerun(inputs, state[start : start + layer.state_size]))
            inputs = layers[-1].h[1:]
        return replace(self, inputs=self.inputs[k : k + len(inputs)], layers=tuple(layers))

    def _starts(self) -> list[int]:
        """Where each layer's state begins."""
        return np.cumsum([0, *(layer.state_size for layer in self.layers[:-1])]).tolist()


def jacobian_chain(
    trace: Trace,
    of: str = "h",
    wrt: str = "h",
    layer: int | None = None,
    origin: int | None = None,
    readout: Array | None = None,
) -> JacobianChain:
    """Give the chain of ∂(of)/∂(wrt): h, an LSTM's cell c, its layer's state s, x, or o, which needs W_ho as `readout`.

    The state s = [h; c] is what a layer hands on to its next step: as ``wrt``, both of its parts are independent.
    Layers count from 1; that of ``of`` is the last when left out, that of ``wrt`` (`origin`) the same, of x the first.
    """
    top = len(trace.layers) if layer is None else layer
    bottom = 1 if wrt == "x" else top if origin is None else origin
    layers = trace.layers[bottom - 1 : top]
    offset = sum(below.state_size for below in layers[:-1])
    inputs = trace.inputs if bottom == 1 else trace.layers[bottom - 2].h[1:]
    rows = _state_slice(layers[-1], "h" if of == "o" else of, offset)
    columns = None if wrt == "x" else _state_slice(layers[0], wrt, 0)
    return JacobianChain(inputs, layers, rows, columns, readout if of == "o" else None)


def _with_input(own: Array, d_input: Array) -> Array:
    """Add what comes down from the layer above to the output's part of a layer's gradient, in a copy."""
    own = own.copy()
    own[: len(d_input)] += d_input
    return own


def _state_slice(layer: LayerTrace, name: str, offset: int) -> slice:
    """Find a part of one layer's state by its name; s is all of it."""
    if name == "s":
        return slice(offset, offset + layer.state_size)
    first = offset + layer.state_names.index(name) * layer.hidden_size
    return slice(first, first + layer.hidden_size)
