"""The minimal GRU against its closed form, autograd, and the equations of the paper."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.models import make_network
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.checks.laws import law_checks
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.networks.network import Trace
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values
from unrolled.errors import Overflow

LENGTH, HIDDEN = 12, 4


def ran(layers: int = 1, *, forget_bias: float | None = None, length: int = LENGTH) -> tuple[dict, Trace]:
    rng, network = np.random.default_rng(3), make_network("mingru", 2, HIDDEN, layers)
    parameters = network.draw("pytorch", 1.0, rng, MemoryBias(forget_bias))
    initial = {"h": rng.standard_normal((layers, HIDDEN))}
    return parameters, network.run(parameters, 2.0 * rng.standard_normal((length, 2)), initial)


def keep(parameters: dict, inputs: np.ndarray) -> np.ndarray:
    """1 − z of the first layer, from the parameters alone."""
    a = inputs @ parameters["weight_ih_l0"][:HIDDEN].T + (parameters["bias_ih_l0"] + parameters["bias_hh_l0"])[:HIDDEN]
    return 1.0 / (1.0 + np.exp(a))


def test_parameters_are_two_gates_of_the_input_alone():
    assert make_network("mingru", 3, 5, 2).parameter_shapes() == {
        "weight_ih_l0": (10, 3),
        "bias_ih_l0": (10,),
        "bias_hh_l0": (10,),
        "weight_ih_l1": (10, 5),
        "bias_ih_l1": (10,),
        "bias_hh_l1": (10,),
    }


def test_states_are_those_of_the_paper():
    parameters, trace = ran()
    layer = trace.layers[0]
    both = trace.inputs @ parameters["weight_ih_l0"].T + parameters["bias_ih_l0"] + parameters["bias_hh_l0"]
    z, h = 1.0 / (1.0 + np.exp(-both[:, :HIDDEN])), layer.states[0]
    for step in range(LENGTH):
        h = (1.0 - z[step]) * h + z[step] * both[step, HIDDEN:]
        np.testing.assert_allclose(layer.states[step + 1], h, rtol=1e-13)


def test_products_are_diagonal_and_their_spectrum_is_exact():
    parameters, trace = ran(forget_bias=3.0, length=60)
    chain, kept = jacobian_chain(trace), keep(parameters, trace.inputs)
    sizes = triangle(chain, square_grid(sample_steps(60, 60)), "spectral")
    for t, k in ((60, 1), (60, 59), (31, 8)):
        logs = np.sort(np.log10(kept[k:t]).sum(axis=0))[::-1]
        np.testing.assert_allclose(log10_singular_values(chain, t, k), logs, rtol=1e-12)
        np.testing.assert_allclose(sizes[t - 1, k - 1], logs[0], rtol=1e-12)


@pytest.mark.parametrize("layers", [1, 2])
def test_jacobians_and_gradients_equal_autograd(layers):
    parameters, trace = ran(layers)

    def step(state, x):
        parts, below = [], x
        for layer, h in enumerate(anp.split(state, layers)):
            w, b = parameters[f"weight_ih_l{layer}"], parameters[f"bias_ih_l{layer}"] + parameters[f"bias_hh_l{layer}"]
            a = anp.dot(w, below) + b
            z = 1.0 / (1.0 + anp.exp(-a[:HIDDEN]))
            below = (1.0 - z) * h + z * a[HIDDEN:]
            parts.append(below)
        return anp.concatenate(parts)

    chain = jacobian_chain(trace, "s", "s", layers, 1)
    for t in (1, 7, LENGTH):
        state, x = chain.state(t - 1), trace.inputs[t - 1]
        np.testing.assert_allclose(chain.jacobians(np.array([t]))[0], jacobian(step)(state, x), atol=1e-14)
        by_input = jacobian(lambda x, state=state: step(state, x))(x)
        np.testing.assert_allclose(jacobian_chain(trace, "s", "x", 1).initial(np.array([t]))[0].T, by_input[:HIDDEN])
        gradient = np.random.default_rng(t).standard_normal(HIDDEN * layers)
        for mine, theirs in zip(chain.vjp(t, gradient), (jacobian(step)(state, x), by_input), strict=True):
            np.testing.assert_allclose(mine, gradient @ theirs, atol=1e-14)
    assert all(check.passed for check in law_checks(chain, None))


def test_a_gradient_is_pulled_into_the_parameters():
    parameters, trace = ran()
    layer, gradient = trace.layers[0], np.array([1.0, -2.0, 0.5, 3.0])

    def value(w):
        a = anp.dot(w, trace.inputs[6]) + parameters["bias_ih_l0"] + parameters["bias_hh_l0"]
        z = 1.0 / (1.0 + anp.exp(-a[:HIDDEN]))
        return anp.dot(gradient, (1.0 - z) * layer.states[6] + z * a[HIDDEN:])

    expected = jacobian(value)(parameters["weight_ih_l0"])
    np.testing.assert_allclose(np.outer(layer.delta(7, gradient[None])[0], trace.inputs[6]), expected, atol=1e-14)


def test_z_writes_so_biases_that_make_it_remember_are_negative():
    network = make_network("mingru", 1, 2000)
    drawn = network.draw("pytorch", 1.0, np.random.default_rng(1), MemoryBias(chrono=50))
    b_z, b_h = np.split(drawn["bias_ih_l0"], 2)
    # −ln U(1, T − 1), so that 1 − z is between 1/2 and 1 − 1/T.
    assert b_z.max() <= 0.0
    assert b_z.min() >= -np.log(49.0)
    assert np.exp(-b_z).mean() == pytest.approx(25.0, rel=0.05)
    assert not b_h.any()
    assert not drawn["bias_hh_l0"].any()
    forgetful = network.draw("pytorch", 1.0, np.random.default_rng(1), MemoryBias(forget_bias=4.0))
    assert (forgetful["bias_ih_l0"][:2000] == -4.0).all()


def test_a_saturated_gate_keeps_its_digits():
    network = make_network("mingru", 1, 1)
    parameters = {"weight_ih_l0": np.zeros((2, 1)), "bias_ih_l0": np.array([40.0, 1.0]), "bias_hh_l0": np.zeros(2)}
    trace = network.run(parameters, np.zeros((9, 1)))
    size = triangle(jacobian_chain(trace), square_grid(np.arange(1, 10)), "spectral")[8, 0]
    assert size == pytest.approx(-8.0 * np.log10(1.0 + np.exp(40.0)), rel=1e-14)


def test_an_overflow_names_the_step():
    network = make_network("mingru", 1, 1)
    parameters = {"weight_ih_l0": np.full((2, 1), 1e200), "bias_ih_l0": np.zeros(2), "bias_hh_l0": np.zeros(2)}
    with pytest.raises(Overflow, match="at step 2"):
        network.run(parameters, np.array([[0.0], [1e200]]))
