"""The self-checks pass on true answers and fail on faults of a triangle."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.core.checks.answers import checked, failed
from tests.core.nets import (
    ARCHITECTURES,
    SOME_ARCHITECTURES,
    SOME_DERIVATIVES,
    Architecture,
    Derivative,
    random_rnn,
    rnn_with,
    run,
    vanilla,
)
from unrolled.core.arrays.grid import Grid
from unrolled.core.behaviour.bounds import weight_bounds
from unrolled.core.checks.laws import triangle_checks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS, MemoryBias
from unrolled.core.norms.triangle import triangle

LAWS = ["composition", "adjoint", "derivative", "bound", "norm order"]


def per_step(chain: JacobianChain) -> float:
    return weight_bounds(vanilla(chain).weights.weight_hh, vanilla(chain).activation.gamma).per_step


TRIANGLES = [(activation, norm) for activation in ACTIVATIONS for norm in ("spectral", "frobenius")]
SOME_TRIANGLES = [("tanh", "spectral"), ("relu", "frobenius"), ("hardtanh", "spectral"), ("sine", "frobenius")]


@pytest.mark.parametrize(("activation", "norm"), few(TRIANGLES, SOME_TRIANGLES))
def test_true_triangles_pass(activation, norm):
    chain = random_rnn(40, 6, activation)
    checks = checked(chain, norm, per_step=per_step(chain))
    assert list(checks) == [*LAWS, "cells", "diagonal", "submultiplicative"]
    assert all(check.passed for check in checks.values()), checks
    assert checks["derivative"].value is not None


DRAWN = [(architecture, init) for architecture in ARCHITECTURES for init in INITIALISATIONS]
SOME_DRAWN = list(
    zip(SOME_ARCHITECTURES, ["gaussian", "pytorch", "orthogonal", "identity", "he", "spectral"], strict=False)
)


@pytest.mark.parametrize(("architecture", "init"), few(DRAWN, SOME_DRAWN), ids=str)
def test_every_model_passes_under_every_initialisation(architecture, init):
    for gain, memory, derivative in (
        (1.0, MemoryBias(), Derivative("s", "s")),
        (2.0, MemoryBias(chrono=20), Derivative("h", "x")),
        (0.5, MemoryBias(forget_bias=3.0), Derivative()),
    ):
        trace = run(architecture, 20, 4, init=init, gain=gain, memory=memory)
        checks = checked(derivative.chain(trace), "frobenius")
        assert all(check.passed for check in checks.values()), (derivative, checks)


@pytest.mark.parametrize(("architecture", "derivative"), SOME_DERIVATIVES, ids=str)
def test_every_derivative_passes(architecture, derivative):
    chain = derivative.chain(run(architecture, 24, 3, gain=1.5))
    checks = checked(chain)
    assert all(check.passed for check in checks.values()), checks
    assert set(checks) == {*LAWS, "cells", *(["diagonal", "submultiplicative"] if chain.is_full_state else [])}


def test_dead_and_extreme_networks_pass():
    assert all(check.passed for check in checked(rnn_with(np.eye(3), 9, "relu", bias=-1.0), per_step=1.0).values())
    assert all(check.passed for check in checked(rnn_with(np.zeros((3, 3)), 9, "tanh"), per_step=0.0).values())
    assert all(check.passed for check in checked(rnn_with(np.eye(3), 9, "tanh", bias=250.0), per_step=1.0).values())
    assert all(check.passed for check in checked(random_rnn(1, 3)).values())
    for architecture in SOME_ARCHITECTURES:
        closed = run(architecture, 12, 3, gain=0.0, memory=MemoryBias(forget_bias=-900.0))
        assert failed(Derivative("s", "s").chain(closed)) == []
        assert failed(Derivative().chain(run(architecture, 1, 3))) == []
        assert failed(Derivative().chain(run(architecture, 20, 3, amplitude=200.0))) == []


def test_a_window_of_the_triangle_is_checked_too():
    chain = Derivative("h", "c").chain(run(Architecture("lstm"), 60, 4))
    grid = Grid(np.arange(40, 61, 4), np.arange(5, 50, 5))
    sizes = triangle(chain, grid, "spectral")
    assert [check.name for check in triangle_checks(chain, grid, sizes, "spectral")] == ["cells"]
    assert triangle_checks(chain, grid, sizes, "spectral")[0].passed
    assert not triangle_checks(chain, grid, sizes + 1e-6, "spectral")[0].passed


def test_a_window_far_from_the_diagonal_says_that_no_cell_was_tried():
    chain = random_rnn(800, 4)
    far = Grid(np.arange(790, 801), np.arange(1, 11))
    (check,) = triangle_checks(chain, far, triangle(chain, far, "spectral") + 1.0, "spectral")
    assert (check.value, check.passed) == (None, True)
    assert check.statement.endswith("none of them has a short path")
    # Of these only the last row has cells that are near enough: it is followed far.
    edge = Grid(np.arange(500, 521), np.arange(1, 11))
    (check,) = triangle_checks(chain, edge, triangle(chain, edge, "spectral") + 1.0, "spectral")
    assert check.value == pytest.approx(1.0)
    # A step by itself is a path too.
    own = Grid(np.array([9]), np.array([9]))
    assert triangle_checks(chain, own, np.ones((1, 1)), "spectral")[0].value == 1.0


def test_faults_of_the_triangle_are_found():
    chain = random_rnn(20, 5)

    def shifted(sizes):
        sizes += 1e-6

    def raised(sizes):
        sizes[-1, 0] = 3.0

    def lost(sizes):
        sizes[:] = np.nan

    def torn(sizes):
        sizes[12:, :8] = np.nan

    assert not checked(chain, corrupt=shifted)["diagonal"].passed
    assert not checked(chain, corrupt=shifted)["cells"].passed
    assert not checked(chain, corrupt=raised)["submultiplicative"].passed
    assert not checked(chain, corrupt=lost)["cells"].passed
    assert not checked(chain, corrupt=lost)["diagonal"].passed
    assert not checked(chain, corrupt=torn)["submultiplicative"].passed
    assert not checked(chain, per_step=0.01)["bound"].passed


def test_a_readout_that_stretches_is_among_the_factors():
    chain = replace(random_rnn(20, 4), readout=50.0 * np.eye(4)[:3])
    assert checked(chain)["bound"].value == 0.0
    chain = replace(Derivative("h", "c").chain(run(Architecture("lstm"), 20, 4)), readout=50.0 * np.eye(4)[:3])
    assert checked(chain)["bound"].passed
