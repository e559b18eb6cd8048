"""The self-checks fail on faults planted in the Jacobians of a layer and in the products of a chain."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.core.checks.answers import failed
from tests.core.nets import ARCHITECTURES, Architecture, Derivative, random_rnn, run
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.networks.cells.gru import GRUTrace
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.core.networks.cells.rnn import RNNTrace
from unrolled.core.networks.layer import dense_left_multiply


def planted(monkeypatch, trace_type, jacobians) -> None:
    """Have a layer multiply by wrong Jacobians, however it multiplies products."""
    monkeypatch.setattr(trace_type, "jacobians", jacobians)
    monkeypatch.setattr(
        trace_type, "left_multiply", lambda self, steps, products: dense_left_multiply(self.jacobians(steps), products)
    )


def test_a_cell_state_left_out_of_the_output_is_found(monkeypatch):
    right = LSTMTrace.jacobians

    def without_the_cell(self, steps):
        matrices, size = right(self, steps), self.hidden_size
        gates = self.gates(steps)
        matrices[:, :size, :size] -= (gates.o * gates.d_tanh_c)[:, :, None] * matrices[:, size:, :size]
        return matrices

    planted(monkeypatch, LSTMTrace, without_the_cell)
    for layers in (1, 2):
        assert {"adjoint", "derivative"} <= set(
            failed(Derivative("s", "s").chain(run(Architecture("lstm", layers), 24, 4)))
        )
        assert {"adjoint", "derivative"} <= set(failed(Derivative().chain(run(Architecture("lstm", layers), 24, 4))))


@pytest.mark.parametrize("layers", [1, 2])
def test_jacobians_that_are_not_what_products_are_multiplied_by_are_found(monkeypatch, layers):
    right = LSTMTrace.jacobians
    monkeypatch.setattr(LSTMTrace, "jacobians", lambda self, steps: right(self, steps) * 1.001)
    for derivative in (Derivative("s", "s"), Derivative("h", "h"), Derivative("c", "x", layers)):
        assert failed(derivative.chain(run(Architecture("lstm", layers), 24, 4)))


def test_a_forget_gate_in_the_wrong_place_is_found(monkeypatch):
    right = LSTMTrace.jacobians

    def input_gate_for_forget_gate(self, steps):
        matrices, size = right(self, steps), self.hidden_size
        unit = np.arange(size)
        matrices[:, size + unit, size + unit] = self.gates(steps).i
        return matrices

    planted(monkeypatch, LSTMTrace, input_gate_for_forget_gate)
    assert {"adjoint", "derivative"} <= set(failed(Derivative("c", "c").chain(run(Architecture("lstm"), 24, 4))))


@pytest.mark.parametrize("reset", ["after", "before"])
def test_an_update_gate_upside_down_is_found(monkeypatch, reset):
    right = GRUTrace.gates

    def jacobians(self, steps):
        with monkeypatch.context() as patch:
            patch.setattr(GRUTrace, "gates", lambda self, at: swapped(right(self, at)))
            return honest(self, steps)

    def swapped(gates):
        return replace(gates, keep=gates.write, write=gates.keep)

    honest = GRUTrace.jacobians
    planted(monkeypatch, GRUTrace, jacobians)
    assert {"adjoint", "derivative"} <= set(failed(Derivative().chain(run(Architecture("gru", 1, reset), 24, 4))))


@pytest.mark.parametrize("reset", ["after", "before"])
def test_the_other_reset_gate_is_found(monkeypatch, reset):
    right = GRUTrace.jacobians
    other = {"after": "before", "before": "after"}

    def jacobians(self, steps):
        return right(replace(self, reset=other[self.reset]), steps)

    planted(monkeypatch, GRUTrace, jacobians)
    assert {"adjoint", "derivative"} <= set(failed(Derivative().chain(run(Architecture("gru", 1, reset), 24, 4))))


def test_a_transposed_matrix_is_found(monkeypatch):
    right = RNNTrace.left_multiply

    def left_multiply(self, steps, products):
        transposed = replace(self.weights, weight_hh=self.weights.weight_hh.T)
        return right(replace(self, weights=transposed), steps, products)

    monkeypatch.setattr(RNNTrace, "left_multiply", left_multiply)
    assert {"adjoint", "derivative"} <= set(failed(random_rnn(24, 5)))
    assert "cells" in failed(random_rnn(24, 5))


def test_slopes_of_the_step_before_are_found(monkeypatch):
    right = RNNTrace.jacobians

    def jacobians(self, steps):
        return right(self, np.maximum(steps - 1, 1))

    monkeypatch.setattr(RNNTrace, "jacobians", jacobians)
    # A single layer multiplies by its slopes, so a triangle of its Jacobians disagrees; a stack multiplies by them.
    assert "cells" in failed(random_rnn(24, 5))
    assert {"adjoint", "derivative"} <= set(
        failed(Derivative("h", "h", 2, 1).chain(run(Architecture("rnn", 2), 24, 4)))
    )


@pytest.mark.parametrize(
    ("architecture", "derivative"),
    [
        (Architecture("lstm"), Derivative("c", "c")),
        (Architecture("lstm"), Derivative("h", "h")),
        (Architecture("gru", 2), Derivative("h", "h", 2, 1)),
        (Architecture("rnn", 3), Derivative("h", "x")),
    ],
    ids=str,
)
def test_a_block_cut_one_row_off_is_found(monkeypatch, architecture, derivative):
    def select_T(self, products):
        if self.height == self.state_size:
            return products
        rows = np.arange(self.rows.start, self.rows.stop) - 1
        return products[..., rows % self.state_size]

    chain = derivative.chain(run(architecture, 24, 3))
    monkeypatch.setattr(JacobianChain, "select_T", select_T)
    assert {"adjoint", "derivative", "cells"} <= set(failed(chain))


def test_an_input_that_enters_a_layer_too_high_is_found(monkeypatch):
    chain = Derivative("h", "x").chain(run(Architecture("gru", 2), 24, 3, features=3))
    right = JacobianChain.initial

    def initial(self, steps):
        matrices = np.array(right(self, steps))
        matrices[:, :, : self.layers[0].state_size] = 0.0
        return matrices

    monkeypatch.setattr(JacobianChain, "initial", initial)
    assert {"adjoint", "derivative"} <= set(failed(chain))


@pytest.mark.parametrize(
    ("architecture", "derivative"),
    [
        (Architecture("lstm"), Derivative("h", "c")),
        (Architecture("lstm"), Derivative("c", "c")),
        (Architecture("gru", 2), Derivative("h", "h", 2, 1)),
        (Architecture("rnn", 3), Derivative("h", "h", 3, 1)),
    ],
    ids=str,
)
def test_a_rest_of_the_state_that_is_held_fixed_is_found(monkeypatch, architecture, derivative):
    chain = derivative.chain(run(architecture, 24, 3))
    monkeypatch.setattr(JacobianChain, "is_block", True)
    assert "derivative" in failed(chain)


def test_an_output_that_follows_its_cell_by_the_slope_of_the_step_before_is_found(monkeypatch):
    right = LSTMTrace.part_jacobians
    monkeypatch.setattr(LSTMTrace, "part_jacobians", lambda self, part, steps: right(self, part, steps - 1))
    assert failed(Derivative("h", "c").chain(run(Architecture("lstm"), 24, 3))) == ["derivative"]


def test_the_lower_layer_left_out_of_a_stack_is_found(monkeypatch):
    chain = Derivative("s", "s", 2, 1).chain(run(Architecture("lstm", 2), 24, 3))
    right = JacobianChain.jacobians

    def jacobians(self, steps):
        matrices = right(self, steps)
        matrices[:, self.layers[0].state_size :, : self.layers[0].state_size] = 0.0
        return matrices

    monkeypatch.setattr(JacobianChain, "jacobians", jacobians)
    assert "adjoint" in failed(chain)


@pytest.mark.parametrize(
    "architecture",
    few(ARCHITECTURES, [Architecture("rnn"), Architecture("lstm"), Architecture("gru", 2, "before")]),
    ids=str,
)
def test_backpropagation_that_forgets_a_step_is_found(monkeypatch, architecture):
    chain = Derivative("s", "s").chain(run(architecture, 24, 3))
    right = JacobianChain.vjp
    monkeypatch.setattr(JacobianChain, "vjp", lambda self, step, gradient: right(self, max(1, step - 1), gradient))
    assert failed(chain) == ["adjoint"]


def test_a_product_that_loses_a_factor_is_found(monkeypatch):
    chain = Derivative("s", "s").chain(run(Architecture("gru"), 24, 3))
    right = JacobianChain.left_multiply

    def left_multiply(self, steps, products):
        moved, powers = right(self, steps, products)
        return moved * np.where(steps % 7 == 0, 2.0, 1.0)[:, None, None], powers

    monkeypatch.setattr(JacobianChain, "left_multiply", left_multiply)
    assert {"adjoint", "cells"} <= set(failed(chain))
