"""A cell of states, Jacobians and δ alone has every derivative right, against autograd; faster ways agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian

from tests.core.checks.answers import checked
from tests.core.leaky import leaky, leaky_parameters, leaky_step, run_leaky
from tests.core.loss.graphs import full_credit, sliding_gradient
from tests.core.nets import ARCHITECTURES, SOME_ARCHITECTURES, Architecture, run
from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.attribution import attribute
from unrolled.core.behaviour.bounds import layer_bounds
from unrolled.core.behaviour.lstm_shortcuts import gate_retention
from unrolled.core.behaviour.saturation import saturation
from unrolled.core.checks.credit import credit_checks
from unrolled.core.checks.finite_difference import same_pieces
from unrolled.core.checks.loss import difference_check
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.loss.chunked import chunked_gradients
from unrolled.core.loss.gradient import LossGraph, gradient, loss_graph
from unrolled.core.loss.losses import losses, next_targets
from unrolled.core.loss.saved_memory import saved_bytes
from unrolled.core.loss.truncation_bias import truncation_bias
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import Trace
from unrolled.core.networks.weights import Readout
from unrolled.core.norms.triangle import triangle

# Of a layer alone, and of each layer of a stack of two.
PLACES = pytest.mark.parametrize(("layers", "layer"), [(1, 1), (2, 1), (2, 2)])
READOUT = Readout(np.random.default_rng(1).standard_normal((2, 3)), np.array([0.5, -0.2]))
NAMES = ("weight_ih", "weight_hh", "bias_ih")


def joint_state(trace: Trace, step: int):
    return np.concatenate([layer.states[step] for layer in trace.layers])


def products(trace: Trace, wrt: str, pairs: Sequence[tuple[int, int]] = ()):
    """Compute ∂s_t/∂s_k, ∂s_t/∂x_k or that to the lowest layer's state of the joint state by autograd, k ≥ 1.

    By t and k; of all pairs when left out.
    """
    stack = leaky_parameters(trace)

    def later(state, t, k):
        for x in trace.inputs[k:t]:
            state = leaky_step(stack, state, x)
        return state

    def from_node(value, t, k):
        before, x = joint_state(trace, k - 1), trace.inputs[k - 1]
        return later(leaky_step(stack, before, *([value] if wrt == "x" else [x, value])), t, k)

    pairs = pairs or [(t, k) for t in range(1, trace.length + 1) for k in range(1, t + 1)]
    if wrt == "s":
        return {(t, k): jacobian(lambda state, t=t, k=k: later(state, t, k))(joint_state(trace, k)) for t, k in pairs}
    at = trace.inputs if wrt == "x" else trace.layers[0].states[1:]
    return {(t, k): jacobian(lambda value, t=t, k=k: from_node(value, t, k))(at[k - 1]) for t, k in pairs}


def graph_of(trace: Trace, layer: int, loss: str = "sum") -> LossGraph:
    return loss_graph(trace, READOUT, next_targets(trace.inputs).for_loss(loss), layer)


def summed_loss(trace: Trace, graph: LossGraph, detached=()):
    """Give the summed loss as a function of the parameters (U, W, b) of the graph's layer, in autograd's terms.

    Nothing passes from the states before the 1-based `detached` steps.
    """
    stack, place = leaky_parameters(trace), graph.layer - 1

    def total(*parameters):
        layers = [*stack[:place], parameters, *stack[place + 1 :]]
        state, result = joint_state(trace, 0), 0.0
        for step in range(1, graph.last_step + 1):
            state = leaky_step(
                layers, joint_state(trace, step - 1) if step in detached else state, trace.inputs[step - 1]
            )
            if step in graph.steps:
                error = anp.dot(READOUT.weight, state[-3:]) + READOUT.bias - trace.inputs[step]
                result = result + anp.mean(error**2)
        return result

    return total


def gradients(trace: Trace, graph: LossGraph, detached=()):
    total, parameters = summed_loss(trace, graph, detached), leaky_parameters(trace)[graph.layer - 1]
    return [grad(total, place)(*parameters) for place in range(3)]


@pytest.mark.parametrize("wrt", ["s", "x"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_triangle_is_that_of_autograd(norm, layers, wrt):
    trace = leaky(layers)
    chain = jacobian_chain(trace, "s", wrt, layers, 1)
    sizes = triangle(chain, square_grid(np.arange(1, trace.length + 1)), norm)
    for (t, k), truth in products(trace, "lowest" if wrt == "s" else wrt).items():
        size = np.linalg.norm(truth[chain.rows], 2 if norm == "spectral" else "fro")
        assert sizes[t - 1, k - 1] == pytest.approx(np.log10(size), abs=1e-9)


@pytest.mark.parametrize(("of", "wrt"), [("h", "h"), ("s", "s"), ("h", "x")])
@pytest.mark.parametrize(("layers", "origin"), [(1, 1), (2, 1), (2, 2)])
def test_its_answers_obey_every_law(layers, origin, of, wrt):
    checks = checked(jacobian_chain(leaky(layers, 30), of, wrt, layers, origin))
    assert all(check.passed for check in checks.values()), checks
    assert checks["derivative"].value is not None


@PLACES
def test_the_gradient_of_the_loss_is_that_of_autograd(layers, layer):
    trace = leaky(layers)
    graph = graph_of(trace, layer)
    result = gradient(graph)
    for name, truth in zip(NAMES, gradients(trace, graph), strict=True):
        np.testing.assert_allclose(np.ldexp(result.arrays[name], result.exponents[name]), truth, rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(result.arrays["bias_hh"], result.arrays["bias_ih"])


@PLACES
def test_credit_adds_up_and_its_lengths_are_those_of_autograd(layers, layer):
    trace = leaky(layers)
    graph = graph_of(trace, layer)
    result = full_credit(graph)
    assert result.share[~np.isnan(result.share)].sum() == pytest.approx(1.0)
    assert all(check.passed and check.value is not None for check in credit_checks(graph, result))
    own, top = slice(3 * (layer - 1), 3 * layer), slice(3 * (layers - 1), 3 * layers)
    for (t, k), truth in products(trace, "s").items():
        if t in graph.steps:
            # A loss's gradient with respect to h_k also passes the layers above at step k.
            d_h = graph.seeds[t - 1] @ truth[top] @ within_a_step(trace, k)[:, own]
            assert result.log10_norm[t - 1, k - 1] == pytest.approx(np.log10(np.linalg.norm(d_h)), abs=1e-9)


def within_a_step(trace: Trace, k: int):
    """Compute ∂s_k/∂h_k of the joint state, where what a layer hands up at this step counts as its h's doing."""
    size, result = 3, np.eye(3 * len(trace.layers))
    for place, layer in enumerate(trace.layers[1:], 1):
        rows = slice(size * place, size * (place + 1))
        result[rows] += layer.input_jacobians(np.array([k]))[0] @ result[size * (place - 1) : size * place]
    return result


@PLACES
def test_the_loss_itself_agrees(layers, layer):
    trace = leaky(layers)
    graph = graph_of(trace, layer)

    def rerun(weight_hh: Array) -> tuple[Trace, Array]:
        entering, stack = trace.inputs, []
        for place, each in enumerate(trace.layers, 1):
            weights = replace(each.weights, weight_hh=weight_hh) if place == layer else each.weights
            stack.append(run_leaky(weights, entering, each.states[0]))
            entering = stack[-1].h[1:]
        targets = next_targets(trace.inputs).for_loss("sum")
        return Trace(trace.inputs, tuple(stack)), losses(READOUT.outputs(entering), targets)[0]

    check = difference_check(graph, gradient(graph), rerun)
    assert check.passed
    assert check.value is not None


@PLACES
def test_truncated_gradients_are_those_of_a_detached_state(layers, layer):
    trace = leaky(layers)
    graph, windows = graph_of(trace, layer), np.array([1, 3, 4, 9])
    chunks = chunked_gradients(graph, windows, np.zeros_like(windows))
    for window, array, power in zip(windows, chunks.arrays, chunks.powers, strict=True):
        truth = gradients(trace, graph, range(window + 1, 10, window))[1]
        np.testing.assert_allclose(np.ldexp(array, power), truth, rtol=1e-10, atol=1e-14)
    for window in windows.tolist():
        truth = sum(gradients(trace, graph.only(np.array([t])), [t - window + 1])[1] for t in graph.steps)
        np.testing.assert_allclose(sliding_gradient(graph, window), truth, rtol=1e-10, atol=1e-14)
    error = truncation_bias(graph).full_window_error
    assert error is not None
    assert error < 1e-12


def test_what_is_not_known_of_a_cell_is_left_out():
    trace, starts = leaky(1, 30), np.array([3, 7, 11])
    (layer,), chain = trace.layers, jacobian_chain(trace)
    attribution = attribute(chain, starts, 12, None)
    truth = products(trace, "s", [(int(k) + 12, int(k)) for k in starts])
    change = [np.log10(np.linalg.norm(truth[k + 12, k]) / np.sqrt(3)) / 12 for k in starts]
    assert attribution.total == pytest.approx(np.mean(change), abs=1e-12)
    assert attribution.parts == ()
    shares = saturation(chain, starts, 12)
    squares = [np.square(truth[k + 12, k]) for k in starts]
    np.testing.assert_allclose(shares.arriving, np.mean([part.sum(axis=1) / part.sum() for part in squares], axis=0))
    np.testing.assert_allclose(shares.leaving, np.mean([part.sum(axis=0) / part.sum() for part in squares], axis=0))
    assert not shares.dead.size + shares.saturated.size
    assert gate_retention(layer, starts, "spectral") is None
    assert layer_bounds(layer) is None
    assert layer.elementwise_vjp() is None
    assert same_pieces(layer, layer.rerun(-trace.inputs, layer.states[0]))
    assert saved_bytes(trace) == 8 * (3 + 2)
    assert {(edge.source, edge.target) for edge in layer.diagram(starts).edges} == {("x", "h"), ("h", "h")}


def test_without_a_recurrent_matrix_gradients_of_everything_else_are_those_of_autograd():
    trace = leaky(2, has_recurrent_matrix=False)
    assert not any(layer.has_recurrent_matrix for layer in trace.layers)
    for layer in (1, 2):
        graph = graph_of(trace, layer)
        result = gradient(graph)
        truth = gradients(trace, graph)
        for place, name in ((0, "weight_ih"), (2, "bias_ih")):
            np.testing.assert_allclose(np.ldexp(result.arrays[name], result.exponents[name]), truth[place], rtol=1e-10)
        assert result.weight_hh.shape == (3, 0)
        assert difference_check(graph, result, unasked).value is None
    assert all(check.passed for check in checked(jacobian_chain(trace, "s", "x", 2)).values())


def unasked(weight_hh: Array) -> tuple[Trace, Array]:
    raise AssertionError(weight_hh)


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_what_follows_out_of_the_jacobians_is_what_a_layer_does_faster(architecture: Architecture):
    rng = np.random.default_rng(3)
    for layer in run(architecture).layers:
        gradients, steps = rng.standard_normal((5, layer.state_size)), np.array([4])
        fast, slow = layer.batched_vjp(), LayerTrace.batched_vjp(layer)
        ours, truth = fast.vjp(4, gradients), slow.vjp(4, gradients)
        moved, powers = layer.left_multiply(steps, gradients[None])
        moved_slowly, more = LayerTrace.left_multiply(layer, steps, gradients[None])
        for one, other in (
            (ours.d_state, truth.d_state),
            (ours.d_preactivation, truth.d_preactivation),
            (fast.d_inputs(4, gradients, ours), slow.d_inputs(4, gradients, truth)),
            *zip(layer.vjp(4, gradients[0]), LayerTrace.vjp(layer, 4, gradients[0]), strict=True),
            (np.ldexp(moved, powers[0]), np.ldexp(moved_slowly, more[0])),
        ):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    "architecture", [architecture for architecture in ARCHITECTURES if architecture.layers == 1], ids=str
)
def test_the_first_half_of_a_step_is_the_matrix_or_the_memory_gate_alone(architecture: Architecture):
    (layer,) = run(architecture).layers
    steps, products = np.array([4, 9]), np.random.default_rng(4).standard_normal((2, 3, layer.state_size))
    half = layer.first_half(steps, products)
    assert half is not None
    ours, powers = half
    factors = next(iter(layer.unit_factors(steps).values()))
    if architecture.model == "rnn":
        truth = products @ layer.weights.weight_hh.T
    else:
        truth = products * np.concatenate([np.zeros((2, layer.state_size - 4)), factors], axis=1)[:, None]
    np.testing.assert_allclose(np.ldexp(ours, powers[:, None, None]), truth, rtol=1e-12)


@dataclass(frozen=True)
class PlainLSTM(LayerTrace):
    """An LSTM that gives nothing but what every cell must give."""

    whole: LSTMTrace

    state_names = "h", "c"

    def jacobians(self, steps: Steps) -> Array:
        return self.whole.jacobians(steps)

    def input_jacobians(self, steps: Steps) -> Array:
        return self.whole.input_jacobians(steps)

    def delta(self, step: int, gradients: Array) -> Array:
        return self.whole.delta(step, gradients)

    def rerun(self, inputs: Array, start: Array) -> "PlainLSTM":
        again = self.whole.rerun(inputs, start)
        return PlainLSTM(again.weights, again.states, again)


@PLACES
def test_a_state_beside_the_output_takes_part(layers: int, layer: int) -> None:
    trace = run(Architecture("lstm", layers), hidden=3)
    plain = [PlainLSTM(each.weights, each.states, each) for each in trace.layers if isinstance(each, LSTMTrace)]
    fast = graph_of(trace, layer)
    slow = replace(fast, trace=replace(trace, layers=tuple(plain)))
    ours, truth = full_credit(slow), full_credit(fast)
    more = ours.gradient.exponent - truth.gradient.exponent
    for name, array in truth.gradient.arrays.items():
        np.testing.assert_allclose(np.ldexp(ours.gradient.arrays[name], more), array, rtol=1e-10, atol=1e-14)
    for name in ("log10_norm", "log10_contribution", "share", "by_lag"):
        np.testing.assert_allclose(getattr(ours, name), getattr(truth, name), rtol=1e-9, atol=1e-12)
    assert all(check.passed for check in checked(jacobian_chain(slow.trace, "c", "h", layers, layer)).values())
