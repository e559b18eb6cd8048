"""Gradients of a loss, whole and truncated, beside PyTorch with its own losses and its own ``detach``."""

import importlib
from types import ModuleType

import numpy as np
import pytest

from tests.core.loss.graphs import sliding_gradient
from tests.core.nets import WITH_MATRIX, Architecture
from tests.oracle.cases import FEATURES, Case, drawn
from unrolled.core.loss.chunked import GradientSums, chunked_gradients
from unrolled.core.loss.credit import credit
from unrolled.core.loss.gradient import LossGraph, gradient, loss_graph
from unrolled.core.loss.losses import Targets, next_targets
from unrolled.core.networks.weights import Readout

pytestmark = pytest.mark.oracle

LENGTH, HIDDEN = 13, 4
TOLERANCE = 1e-10
WINDOWS = np.array([1, 2, 3, 5, 8, 12, 13, 20])


@pytest.fixture(scope="module")
def detached() -> ModuleType:
    return importlib.import_module("tests.oracle.detached")  # PyTorch is not everywhere


def readout() -> Readout:
    rng = np.random.default_rng(5)
    return Readout(rng.standard_normal((FEATURES, HIDDEN)), rng.standard_normal(FEATURES))


def targets(case: Case, loss: str, *, is_text: bool) -> Targets:
    return next_targets(case.inputs, is_text=is_text).for_loss(loss)


def ours(case: Case, loss_targets: Targets, layer: int) -> LossGraph:
    return loss_graph(case.run(), readout(), loss_targets, layer)


def case_of(architecture: Architecture, *, is_text: bool = False) -> Case:
    case = drawn(architecture, "gaussian", length=LENGTH, hidden=HIDDEN, gain=1.3)
    if not is_text:
        return case
    hot = 0.7 * np.eye(FEATURES)[np.random.default_rng(2).integers(0, FEATURES, LENGTH)]
    return Case(case.architecture, case.parameters, hot, case.initial)


def distance(computed: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.linalg.norm(computed - theirs) / np.linalg.norm(theirs))


@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("is_text", [False, True], ids=["numbers", "text"])
@pytest.mark.parametrize("architecture", WITH_MATRIX, ids=str)
def test_the_gradient_of_every_layer_is_that_of_autograd(detached, architecture, loss, is_text):
    case = case_of(architecture, is_text=is_text)
    loss_targets = targets(case, loss, is_text=is_text)
    theirs = detached.TorchNetwork(case, loss_targets, readout()).chunked(LENGTH)
    for layer in range(1, architecture.layers + 1):
        graph = ours(case, loss_targets, layer)
        result = gradient(graph)
        for name, value in result.arrays.items():
            assert distance(np.ldexp(value, result.exponents[name]), theirs[f"{name}_l{layer - 1}"]) <= TOLERANCE, name
        steps = np.arange(1, LENGTH + 1)
        error = credit(graph, graph.steps, steps).sum_error
        assert error is not None
        assert error <= TOLERANCE


@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("architecture", WITH_MATRIX, ids=str)
def test_truncated_gradients_are_those_of_a_real_detach(detached, architecture, loss):
    case = case_of(architecture)
    loss_targets = targets(case, loss, is_text=False)
    theirs = detached.TorchNetwork(case, loss_targets, readout())
    for layer in range(1, architecture.layers + 1):
        graph = ours(case, loss_targets, layer)
        chunks, name = chunked_gradients(graph, WINDOWS, np.zeros_like(WINDOWS)), f"weight_hh_l{layer - 1}"
        for place, window in enumerate(WINDOWS.tolist()):
            assert distance(of(chunks, place), theirs.chunked(window)[name]) <= TOLERANCE, window
            assert distance(sliding_gradient(graph, window), theirs.sliding(window)[name]) <= TOLERANCE, window


def of(sums: GradientSums, place: int) -> np.ndarray:
    return np.ldexp(sums.arrays[place], sums.powers[place])


@pytest.mark.parametrize("architecture", WITH_MATRIX, ids=str)
def test_what_arrives_at_a_state_is_its_grad(detached, architecture):
    case = case_of(architecture)
    loss_targets = targets(case, "sum", is_text=False)
    for layer in range(1, architecture.layers + 1):
        graph = ours(case, loss_targets, layer)
        result = credit(graph, graph.steps, np.arange(1, LENGTH + 1))
        theirs = detached.TorchNetwork(case, loss_targets, readout())
        states = [theirs.start()]
        for t in range(1, LENGTH + 1):
            state = theirs.step(states[-1], t)
            states.append(state)
        for row, t in enumerate(graph.steps.tolist()):
            tensors = [states[k][layer - 1][0] for k in range(1, t + 1)]
            expected = np.log10(theirs.lengths(t, states[t], tensors))
            np.testing.assert_allclose(result.log10_norm[row, :t], expected, atol=1e-10)
