"""Live against PyTorch in float64: functions, slopes, the forward pass and every derivative of every model."""

import importlib
from types import ModuleType

import numpy as np
import pytest

from tests.core.nets import Architecture
from tests.oracle import vectors
from tests.oracle.cases import GATED, drawn, every_pair, pairs
from tests.oracle.comparison import SLIP, compare
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS

pytestmark = pytest.mark.oracle
EVERY_KIND = pytest.mark.parametrize("architecture", GATED, ids=str)
EVERY_INIT = pytest.mark.parametrize("init", INITIALISATIONS)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return importlib.import_module("tests.oracle.reference")  # PyTorch is not everywhere


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_functions_and_slopes_are_those_of_pytorch(reference, activation):
    import torch

    x = np.concatenate([np.linspace(-8, 8, 4001), [-3.0, -1.0, 0.0, 1.0, 3.0]])
    leaf = torch.tensor(x, requires_grad=True)
    values = reference.FUNCTIONS[activation](leaf)
    (slope,) = torch.autograd.grad(values.sum(), leaf)
    row = ACTIVATIONS[activation]
    np.testing.assert_allclose(row.function(x), values.detach().numpy(), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(row.derivative(x), slope.numpy() / SLIP.get(activation, 1.0), rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_the_functions_written_with_the_exponential_are_the_same_and_keep_their_slopes(reference, name):
    import torch

    x = np.linspace(-100, 100, 2001)
    leaf = torch.tensor(x, requires_grad=True)
    values = reference.EXPONENTIAL[name](leaf)
    (slope,) = torch.autograd.grad(values.sum(), leaf)
    np.testing.assert_allclose(values.detach().numpy(), reference.FUNCTIONS[name](leaf).detach().numpy(), atol=3e-16)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(x), slope.numpy(), rtol=1e-12)
    assert 0 < slope.min() < 1e-40


# Vanilla networks.


@EVERY_INIT
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("layers", "length", "hidden"), [(1, 20, 32), (1, 9, 1), (2, 7, 4)])
def test_every_pair_is_that_of_autograd(reference, activation, init, layers, length, hidden):
    case = drawn(Architecture("rnn", layers, activation=activation), init, length=length, hidden=hidden)
    _, count = compare(case, reference.differentiated(case))
    assert count == every_pair(case, length)


@pytest.mark.parametrize(("gain", "amplitude"), [(0.3, 1.0), (2.5, 1.0), (1.0, 8.0)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_weak_strong_and_saturated(reference, activation, gain, amplitude):
    architecture = Architecture("rnn", activation=activation)
    case = drawn(architecture, "gaussian", length=12, hidden=16, seed=1, gain=gain, amplitude=amplitude)
    compare(case, reference.differentiated(case))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("shift", [5.0, 20.0])
def test_far_saturated_vanilla_units_keep_every_digit(reference, activation, layers, shift):
    case = drawn(Architecture("rnn", layers, activation=activation), "he", length=8, hidden=6, gain=3.0, shift=shift)
    answer = reference.differentiated(case, reference.EXPONENTIAL)
    assert compare(case, answer)[1] > len(case.derivatives()) * 12


# Gated networks.


@EVERY_INIT
@EVERY_KIND
def test_every_part_of_every_layer_is_that_of_autograd(reference, architecture, init):
    case = drawn(architecture, init, length=6, hidden=5)
    _, count = compare(case, reference.differentiated(case))
    assert count == every_pair(case, 6)


@EVERY_KIND
@pytest.mark.parametrize(("gain", "amplitude", "shift"), [(0.0, 1.0, 1.0), (4.0, 1.0, 0.0), (1.0, 6.0, 3.0)])
def test_silent_strong_and_saturated_gates(reference, architecture, gain, amplitude, shift):
    case = drawn(architecture, "gaussian", length=7, hidden=4, seed=1, gain=gain, amplitude=amplitude, shift=shift)
    answer = reference.differentiated(case, reference.EXPONENTIAL)
    assert compare(case, answer)[1] == every_pair(case, 7)


# Of seed 3 a GRU's h′ and n are both −1 up to rounding, where PyTorch has no digits of h′ − n: see test_digits.
@EVERY_KIND
@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5])
def test_far_saturated_gates_keep_every_digit(reference, architecture, seed):
    case = drawn(architecture, "gaussian", length=6, hidden=4, seed=seed, gain=3.0, amplitude=3.0, shift=25.0)
    answer = reference.differentiated(case, reference.EXPONENTIAL)
    assert compare(case, answer)[1] > len(case.derivatives()) * 12


@EVERY_KIND
def test_the_forward_pass_of_saturated_gates_is_that_of_pytorch_itself(reference, architecture):
    case = drawn(architecture, "gaussian", length=30, hidden=16, gain=3.0, amplitude=6.0, shift=10.0)
    run = reference.module if architecture.reset == "after" else reference.differentiated
    theirs = run(case).states
    ours = np.concatenate([layer.states for layer in case.run().layers], axis=1)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


# The modules themselves take the parameters under their names.


@EVERY_INIT
@pytest.mark.parametrize(
    "architecture",
    [
        *(Architecture("rnn", layers, activation=activation) for activation in ("tanh", "relu") for layers in (1, 2)),
        *(architecture for architecture in GATED if architecture.reset == "after"),
    ],
    ids=lambda architecture: f"{architecture}-{architecture.activation}",
)
def test_the_module_itself_takes_the_parameters_and_agrees(reference, architecture, init):
    length, hidden = (16, 24) if architecture.layers == 1 and architecture.model == "rnn" else (6, 5)
    case = drawn(architecture, init, length=length, hidden=hidden)
    assert compare(case, reference.module(case))[1] == every_pair(case, length)


# The file.


def assert_still(case, stored, anew):
    np.testing.assert_allclose(anew.states, stored.states, rtol=1e-12, atol=1e-14)
    assert set(stored.by_node) == set(anew.by_node)
    for place, theirs in stored.by_node.items():
        again = anew.by_node[place]
        assert set(theirs) <= set(again)
        for pair, matrix in theirs.items():
            np.testing.assert_allclose(again[pair], matrix, rtol=1e-12, atol=1e-13 * max(1.0, np.abs(matrix).max()))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_stored_vectors_are_still_what_pytorch_says(reference, activation):
    assert activation in vectors.stored_names("activations"), "python -m tests.oracle.vectors stores it"
    stored = vectors.stored()
    for init in INITIALISATIONS:
        case, answer = stored[activation, init]
        assert set(answer.by_node["h", 1]) == set(pairs(vectors.LENGTH))
        assert_still(case, answer, reference.differentiated(case))


def test_the_stored_gated_vectors_are_still_what_pytorch_says(reference):
    stored = vectors.stored_kinds()
    assert list(stored) == [str(architecture) for architecture in vectors.ARCHITECTURES]
    for case, answer in stored.values():
        assert_still(case, answer, reference.differentiated(case))
        if case.architecture.reset == "after":
            assert_still(case, answer, reference.module(case))
