"""Why a gradient changes: the shares add up to what is measured, and are what they are in cases that are known."""

from itertools import product as product_of

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import (
    ARCHITECTURES,
    Architecture,
    Derivative,
    gru,
    lstm,
    random_rnn,
    rnn_with,
    rotation,
    run,
    vanilla,
)
from unrolled.core.behaviour.attribution import Attribution, attribute
from unrolled.core.behaviour.bounds import weight_bounds
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product
from unrolled.core.networks.initialisations import INITIALISATIONS, MemoryBias

SINGLE = [architecture for architecture in ARCHITECTURES if architecture.layers == 1]
STARTS, LAG = np.array([3, 7, 11]), 12


def share(attribution: Attribution) -> dict[str, float]:
    return {part.name: part.log10_per_step for part in attribution.parts}


def measured(chain: JacobianChain) -> float:
    """Measure the change by the products themselves."""
    start = 0.5 * np.log10(chain.state_size)
    return float(np.mean([(product(chain, k + LAG, k).log10_scale - start) / LAG for k in STARTS]))


def radius(chain: JacobianChain) -> float:
    return weight_bounds(vanilla(chain).weights.weight_hh, 1.0).spectral_radius


SPLIT = few(
    product_of(SINGLE, INITIALISATIONS, [0.4, 1.0, 2.5]),
    [
        (Architecture("rnn"), "pytorch", 0.4), (Architecture("rnn"), "gaussian", 2.5),
        (Architecture("lstm"), "pytorch", 2.5), (Architecture("gru"), "orthogonal", 1.0),
        (Architecture("gru", 1, "before"), "he", 2.5),
    ],
)  # fmt: skip


@pytest.mark.parametrize(("architecture", "init", "gain"), SPLIT, ids=str)
def test_the_parts_add_up_to_the_measured_change(architecture, init, gain):
    chain = Derivative("s", "s").chain(run(architecture, 30, 5, init=init, gain=gain))
    attribution = attribute(chain, STARTS, LAG, radius(chain) if architecture.model == "rnn" else None)
    names = (
        ["spectral radius", "non-normal growth", "saturation"] if architecture.model == "rnn" else ["weights", "gates"]
    )
    assert list(share(attribution)) == [*names, "input"]
    assert (attribution.lag, attribution.starts) == (LAG, 3)
    assert sum(share(attribution).values()) == pytest.approx(attribution.total, abs=1e-12)
    assert attribution.total == pytest.approx(measured(chain), abs=1e-12)


def test_a_radius_left_out_leaves_the_weights_whole():
    chain = random_rnn(30, 5, gain=1.5)
    split, unsplit = attribute(chain, STARTS, LAG, radius(chain)), attribute(chain, STARTS, LAG, None)
    assert list(share(unsplit)) == ["weights", "saturation", "input"]
    parts = share(split)
    assert parts["spectral radius"] == pytest.approx(np.log10(radius(chain)))
    assert parts["spectral radius"] + parts["non-normal growth"] == pytest.approx(share(unsplit)["weights"])


def test_a_linear_rotation_has_its_radius_alone():
    shares = share(attribute(rnn_with(0.9 * rotation(0.3), 30, "identity"), STARTS, LAG, 0.9))
    assert shares["spectral radius"] == pytest.approx(np.log10(0.9))
    for name in ("non-normal growth", "saturation", "input"):
        assert shares[name] == pytest.approx(0, abs=1e-12)


def test_a_shear_grows_without_any_eigenvalue():
    shear = rnn_with(np.array([[1.0, 3.0], [0.0, 1.0]]), 30, "identity")
    shares = share(attribute(shear, STARTS, LAG, 1.0))
    assert shares["spectral radius"] == 0
    assert shares["non-normal growth"] == pytest.approx(np.log10(np.hypot(np.sqrt(2), 36) / np.sqrt(2)) / LAG)


def test_saturation_is_the_slope_where_all_units_share_one():
    saturated = rnn_with(rotation(0.3), 30, "tanh", bias=20.0)
    shares = share(attribute(saturated, STARTS, LAG, 1.0))
    slopes = np.log10(vanilla(saturated).slope[STARTS[0] :]).mean()
    assert shares["saturation"] == pytest.approx(slopes, abs=0.5)
    assert shares["saturation"] < -15
    assert shares["input"] == pytest.approx(0, abs=1e-12)


def test_a_silent_input_takes_no_share():
    for architecture in (Architecture("rnn"), Architecture("lstm"), Architecture("gru")):
        chain = Derivative("s", "s").chain(run(architecture, 30, 4, amplitude=0.0))
        assert share(attribute(chain, STARTS, LAG, None))["input"] == pytest.approx(0, abs=1e-13)


def test_gates_are_all_there_is_without_recurrent_weights():
    chain = Derivative("s", "s").chain(run(Architecture("gru"), 30, 4, gain=0.0))
    shares, z = share(attribute(chain, STARTS, LAG, None)), gru(chain).unit_factors(np.arange(1, 31))["z"]
    retention = [0.5 * np.log10(np.square(np.prod(z[k : k + LAG], axis=0)).mean()) / LAG for k in STARTS]
    assert shares["gates"] + shares["input"] == pytest.approx(np.mean(retention))
    assert shares["weights"] == pytest.approx(0, abs=1e-12)
    chain = Derivative("s", "s").chain(run(Architecture("lstm"), 30, 4, gain=0.0, memory=MemoryBias(forget_bias=2.0)))
    shares, f = share(attribute(chain, STARTS, LAG, None)), lstm(chain).unit_factors(np.arange(1, 31))["f"]
    assert shares["gates"] + shares["input"] < np.log10(f.max())


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_over_one_step_the_gates_share_is_the_size_of_the_keeping_gate_alone(model):
    chain = Derivative("s", "s").chain(run(Architecture(model), 30, 4, gain=1.5))
    shares = share(attribute(chain, STARTS, 1, None))
    gate = next(iter(chain.layers[0].unit_factors(STARTS + 1).values()))
    gate_size = np.log10(np.linalg.norm(gate, axis=1) / np.sqrt(chain.state_size))
    jacobian_size = np.log10(np.linalg.norm(chain.jacobians(STARTS + 1), axis=(1, 2)) / np.sqrt(chain.state_size))
    assert shares["gates"] + shares["input"] == pytest.approx(gate_size.mean(), abs=1e-12)
    assert shares["weights"] == pytest.approx((jacobian_size - gate_size).mean(), abs=1e-12)


@pytest.mark.parametrize("architecture", SINGLE, ids=str)
def test_a_product_that_dies_has_no_parts(architecture):
    if architecture.model == "rnn":
        chain = rnn_with(np.eye(3), 30, "relu", bias=-1.0)
    else:
        chain = Derivative("s", "s").chain(run(architecture, 30, 3, gain=0.0, memory=MemoryBias(forget_bias=-1e4)))
    attribution = attribute(chain, STARTS, LAG, 1.0 if architecture.model == "rnn" else None)
    assert attribution.total == -np.inf
    assert attribution.parts == ()


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_what_passes_a_closed_gate_came_through_the_weights(model):
    chain = Derivative("s", "s").chain(run(Architecture(model), 30, 3, gain=1.5, memory=MemoryBias(forget_bias=-1e4)))
    assert not next(iter(chain.layers[0].unit_factors(np.arange(1, 31)).values())).any()
    attribution = attribute(chain, STARTS, LAG, None)
    assert attribution.total == pytest.approx(measured(chain), abs=1e-12)
    assert share(attribution) == {"weights": attribution.total}


def test_an_unlimited_network_in_silence_leaves_its_share_whole():
    # Without the input that keeps it closed, the ReLU network runs away.
    parameters = {
        "weight_ih_l0": np.array([[-1e3], [0.0]]),
        "weight_hh_l0": np.array([[1e20, 0.0], [0.0, 1.0]]),
        "bias_ih_l0": np.array([1.0, 1.0]),
        "bias_hh_l0": np.zeros(2),
    }
    chain = Derivative().chain(Architecture("rnn", activation="relu").network(1, 2).run(parameters, np.ones((30, 1))))
    attribution = attribute(chain, STARTS, LAG, None)
    assert list(share(attribution)) == ["weights", "saturation"]
    assert sum(share(attribution).values()) == pytest.approx(attribution.total, abs=1e-12)
