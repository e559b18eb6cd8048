"""Why a gradient changes: the shares add up to what is measured, and are what they are in cases that are known."""

from itertools import product as product_of

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import KINDS, Derivative, Kind, gru, lstm, random_rnn, rnn_with, rotation, run, vanilla
from unrolled.core.behaviour.attribution import Attribution, attribute
from unrolled.core.behaviour.bounds import weight_bounds
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product
from unrolled.core.networks.initialisations import INITIALISATIONS, MemoryBias

SINGLE = [kind for kind in KINDS if kind.layers == 1]
STARTS, LAG = np.array([3, 7, 11]), 12


def share(found: Attribution) -> dict[str, float]:
    return {part.name: part.log10_per_step for part in found.parts}


def measured(chain: JacobianChain) -> float:
    """Measure the change by the products themselves."""
    start = 0.5 * np.log10(chain.state_size)
    return float(np.mean([(product(chain, k + LAG, k).log10_scale - start) / LAG for k in STARTS]))


def radius(chain: JacobianChain) -> float:
    return weight_bounds(vanilla(chain).weights.weight_hh, 1.0).spectral_radius


SPLIT = few(
    product_of(SINGLE, INITIALISATIONS, [0.4, 1.0, 2.5]),
    [
        (Kind("rnn"), "pytorch", 0.4), (Kind("rnn"), "gaussian", 2.5), (Kind("lstm"), "pytorch", 2.5),
        (Kind("gru"), "orthogonal", 1.0), (Kind("gru", 1, "before"), "he", 2.5),
    ],
)  # fmt: skip


@pytest.mark.parametrize(("kind", "init", "gain"), SPLIT, ids=str)
def test_the_parts_add_up_to_the_measured_change(kind, init, gain):
    chain = Derivative("s", "s").chain(run(kind, 30, 5, init=init, gain=gain))
    found = attribute(chain, STARTS, LAG, radius(chain) if kind.model == "rnn" else None)
    names = ["spectral radius", "non-normal growth", "saturation"] if kind.model == "rnn" else ["weights", "gates"]
    assert list(share(found)) == [*names, "input"]
    assert (found.lag, found.starts) == (LAG, 3)
    assert sum(share(found).values()) == pytest.approx(found.total, abs=1e-12)
    assert found.total == pytest.approx(measured(chain), abs=1e-12)


def test_a_radius_left_out_leaves_the_weights_whole():
    chain = random_rnn(30, 5, gain=1.5)
    split, whole = attribute(chain, STARTS, LAG, radius(chain)), attribute(chain, STARTS, LAG, None)
    assert list(share(whole)) == ["weights", "saturation", "input"]
    parts = share(split)
    assert parts["spectral radius"] == pytest.approx(np.log10(radius(chain)))
    assert parts["spectral radius"] + parts["non-normal growth"] == pytest.approx(share(whole)["weights"])


def test_a_linear_rotation_has_its_radius_alone():
    found = share(attribute(rnn_with(0.9 * rotation(0.3), 30, "identity"), STARTS, LAG, 0.9))
    assert found["spectral radius"] == pytest.approx(np.log10(0.9))
    for name in ("non-normal growth", "saturation", "input"):
        assert found[name] == pytest.approx(0, abs=1e-12)


def test_a_shear_grows_without_any_eigenvalue():
    shear = rnn_with(np.array([[1.0, 3.0], [0.0, 1.0]]), 30, "identity")
    found = share(attribute(shear, STARTS, LAG, 1.0))
    assert found["spectral radius"] == 0
    assert found["non-normal growth"] == pytest.approx(np.log10(np.hypot(np.sqrt(2), 36) / np.sqrt(2)) / LAG)


def test_saturation_is_the_slope_where_all_units_share_one():
    held = rnn_with(rotation(0.3), 30, "tanh", bias=20.0)
    found = share(attribute(held, STARTS, LAG, 1.0))
    slopes = np.log10(vanilla(held).slope[STARTS[0] :]).mean()
    assert found["saturation"] == pytest.approx(slopes, abs=0.5)
    assert found["saturation"] < -15
    assert found["input"] == pytest.approx(0, abs=1e-12)


def test_a_silent_input_takes_no_share():
    for kind in (Kind("rnn"), Kind("lstm"), Kind("gru")):
        chain = Derivative("s", "s").chain(run(kind, 30, 4, amplitude=0.0))
        assert share(attribute(chain, STARTS, LAG, None))["input"] == pytest.approx(0, abs=1e-13)


def test_gates_are_all_there_is_without_recurrent_weights():
    chain = Derivative("s", "s").chain(run(Kind("gru"), 30, 4, gain=0.0))
    found, z = share(attribute(chain, STARTS, LAG, None)), gru(chain).unit_factors(np.arange(1, 31))["z"]
    kept = [0.5 * np.log10(np.square(np.prod(z[k : k + LAG], axis=0)).mean()) / LAG for k in STARTS]
    assert found["gates"] + found["input"] == pytest.approx(np.mean(kept))
    assert found["weights"] == pytest.approx(0, abs=1e-12)
    chain = Derivative("s", "s").chain(run(Kind("lstm"), 30, 4, gain=0.0, memory=MemoryBias(forget_bias=2.0)))
    found, f = share(attribute(chain, STARTS, LAG, None)), lstm(chain).unit_factors(np.arange(1, 31))["f"]
    assert found["gates"] + found["input"] < np.log10(f.max())


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_over_one_step_the_gates_share_is_the_size_of_the_keeping_gate_alone(model):
    chain = Derivative("s", "s").chain(run(Kind(model), 30, 4, gain=1.5))
    found = share(attribute(chain, STARTS, 1, None))
    gate = next(iter(chain.layers[0].unit_factors(STARTS + 1).values()))
    kept = np.log10(np.linalg.norm(gate, axis=1) / np.sqrt(chain.state_size))
    whole = np.log10(np.linalg.norm(chain.jacobians(STARTS + 1), axis=(1, 2)) / np.sqrt(chain.state_size))
    assert found["gates"] + found["input"] == pytest.approx(kept.mean(), abs=1e-12)
    assert found["weights"] == pytest.approx((whole - kept).mean(), abs=1e-12)


@pytest.mark.parametrize("kind", SINGLE, ids=str)
def test_a_product_that_dies_has_no_parts(kind):
    if kind.model == "rnn":
        chain = rnn_with(np.eye(3), 30, "relu", bias=-1.0)
    else:
        chain = Derivative("s", "s").chain(run(kind, 30, 3, gain=0.0, memory=MemoryBias(forget_bias=-1e4)))
    found = attribute(chain, STARTS, LAG, 1.0 if kind.model == "rnn" else None)
    assert found.total == -np.inf
    assert found.parts == ()


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_what_passes_a_closed_gate_came_through_the_weights(model):
    chain = Derivative("s", "s").chain(run(Kind(model), 30, 3, gain=1.5, memory=MemoryBias(forget_bias=-1e4)))
    assert not next(iter(chain.layers[0].unit_factors(np.arange(1, 31)).values())).any()
    found = attribute(chain, STARTS, LAG, None)
    assert found.total == pytest.approx(measured(chain), abs=1e-12)
    assert share(found) == {"weights": found.total}


def test_an_unlimited_network_in_silence_leaves_its_share_whole():
    # Without the input that keeps it closed, the ReLU network runs away.
    parameters = {
        "weight_ih_l0": np.array([[-1e3], [0.0]]),
        "weight_hh_l0": np.array([[1e20, 0.0], [0.0, 1.0]]),
        "bias_ih_l0": np.array([1.0, 1.0]),
        "bias_hh_l0": np.zeros(2),
    }
    chain = Derivative().chain(Kind("rnn", activation="relu").network(1, 2).run(parameters, np.ones((30, 1))))
    found = attribute(chain, STARTS, LAG, None)
    assert list(share(found)) == ["weights", "saturation"]
    assert sum(share(found).values()) == pytest.approx(found.total, abs=1e-12)
