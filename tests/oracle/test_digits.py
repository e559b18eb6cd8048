"""Every derivative of far saturated networks against hundreds of digits: where float64 alone, PyTorch's, has none."""

import mpmath
import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Architecture, preactivations
from tests.oracle.cases import GATED, INPUT, Case, drawn, place_of, places
from tests.oracle.comparison import TOLERANCE, block
from tests.oracle.digits import ACTIVATIONS, DIGITS, ManyDigits, scaled
from unrolled.core.jacobians.product import product

LENGTH = 3
# A single slope or gate below 10⁻³⁰¹ counts as closed, so what is smaller than that need not agree.
FLOOR = -295.0


def compared_sizes(case: Case) -> list[float]:
    """Compare every part of every layer for all t and k; give log10 sizes of what was compared."""
    trace, sizes = case.run(), []
    with mpmath.workdps(DIGITS):
        truth = ManyDigits(case)
        for k in range(LENGTH + 1):
            by_node = {place: truth.by_node(place, k) for place in [*places(case), *([INPUT] if k else [])]}
            for derivative in case.derivatives():
                chain = derivative.chain(trace)
                for offset, joint in enumerate(by_node.get(place_of(derivative), [])):
                    theirs, size = scaled(block(case, derivative, joint))
                    ours = product(chain, k + offset, k)
                    if size < FLOOR:
                        assert ours.log10_scale < FLOOR + 2
                        continue
                    distance = np.linalg.norm(ours.matrix * 10.0 ** (ours.log10_scale - size) - theirs)
                    assert distance <= TOLERANCE * np.linalg.norm(theirs), (
                        str(derivative),
                        k + offset,
                        k,
                        size,
                        distance,
                    )
                    sizes.append(size)
    return sizes


VANILLA = [(activation, weights) for activation in ACTIVATIONS for weights in (10.0, 100.0)]
SATURATED = [(3.0, 3.0, 25.0), (100.0, 1.0, 0.0), (1.0, 1.0, 100.0)]
GATES = [(architecture, *drive) for architecture in GATED for drive in SATURATED]


@pytest.mark.parametrize(
    ("activation", "weights"), few(VANILLA, [("tanh", 100.0), ("sigmoid", 10.0), ("gelu", 10.0), ("softsign", 100.0)])
)
def test_every_derivative_of_a_vanilla_network(activation, weights):
    architecture = Architecture("rnn", 2, activation=activation)
    sizes = compared_sizes(drawn(architecture, "gaussian", length=LENGTH, hidden=2, gain=weights, amplitude=weights))
    assert len(sizes) > 20


@pytest.mark.parametrize(
    ("architecture", "gain", "amplitude", "shift"), few(GATES, [GATES[0], GATES[4], GATES[6], GATES[11], GATES[13]])
)
def test_every_derivative_of_far_saturated_gates(architecture, gain, amplitude, shift):
    case = drawn(architecture, "gaussian", length=LENGTH, hidden=2, seed=1, gain=gain, amplitude=amplitude, shift=shift)
    assert len(compared_sizes(case)) > len(case.derivatives())


@pytest.mark.parametrize(("layers", "seed"), [(1, 4), (2, 1)])
@pytest.mark.parametrize("reset", ["after", "before"])
def test_where_the_state_and_what_replaces_it_are_both_near_one_their_difference_keeps_its_digits(reset, layers, seed):
    # h′ and n of these GRUs agree in eight digits and more, 1 − h′ and 1 − n do not; PyTorch loses those of h′ − n.
    architecture = Architecture("gru", layers, reset)
    case = drawn(architecture, "gaussian", length=LENGTH, hidden=2, seed=seed, gain=3.0, amplitude=3.0, shift=25.0)
    top = case.run().layers[-1]
    assert (np.abs(top.h[:-1] - np.tanh(preactivations(top)[:, 4:])) < 1e-8).any()
    assert len(compared_sizes(case)) > 4 * len(case.derivatives())
