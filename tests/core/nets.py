"""Small networks for the tests of the core, and plain float64 products to hold against them."""

from dataclasses import dataclass

import numpy as np

from tests.cases import few
from tests.models import RECURRENT, initial_parameters, make_network
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.networks.architecture import Reset
from unrolled.core.networks.cells.gru import GRUTrace
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.core.networks.cells.rnn import RNNTrace
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.network import RecurrentNetwork, Trace

PLAIN = MemoryBias()


@dataclass(frozen=True)
class Architecture:
    """One model with its layers, its reset and its activation."""

    model: str
    layers: int = 1
    reset: Reset = "after"
    activation: str = "tanh"

    def __str__(self) -> str:
        return f"{self.model}{'-before' * (self.reset == 'before')}-{self.layers}"

    @property
    def has_recurrent_matrix(self) -> bool:
        return RECURRENT[self.model].has_recurrent_matrix

    def network(self, features: int, hidden: int) -> RecurrentNetwork:
        return make_network(self.model, features, hidden, self.layers, self.activation, self.reset)

    def derivatives(self) -> list["Derivative"]:
        """Give every derivative there is; of three layers those of the last, as the others are a lower stack's."""
        parts = [*RECURRENT[self.model].states, "s"]
        tops = [3] if self.layers == 3 else range(1, self.layers + 1)
        derivatives = [Derivative(of, "x", layer) for of in parts for layer in tops]
        for layer in tops:
            for origin in range(1, layer + 1):
                derivatives += [Derivative(of, wrt, layer, origin) for of in parts for wrt in parts]
        return derivatives


@dataclass(frozen=True)
class Derivative:
    """Of what, with respect to what, and through which layers."""

    of: str = "h"
    wrt: str = "h"
    layer: int | None = None
    origin: int | None = None

    def __str__(self) -> str:
        return f"{self.of}{self.layer or ''}-{self.wrt}{self.origin or ''}"

    def chain(self, trace: Trace) -> JacobianChain:
        return jacobian_chain(trace, self.of, self.wrt, self.layer, self.origin)


RESETS: tuple[Reset, Reset] = ("after", "before")
FORMS = [
    (model, reset) for model, row in RECURRENT.items() for reset in (RESETS if "reset" in row.reads else RESETS[:1])
]
ARCHITECTURES = [Architecture(model, layers, reset) for model, reset in FORMS for layers in (1, 2, 3)]
DERIVATIVES = [
    (architecture, derivative) for architecture in ARCHITECTURES for derivative in architecture.derivatives()
]

# Each model, both resets, stacks of two and three.
SOME_ARCHITECTURES = few(
    ARCHITECTURES,
    [
        Architecture("rnn"),
        Architecture("rnn", 3),
        Architecture("lstm"),
        Architecture("lstm", 2),
        Architecture("gru"),
        Architecture("gru", 2, "before"),
        Architecture("mingru"),
        Architecture("mingru", 2),
    ],
)
# The same with every part of an LSTM's state, within a layer and across layers, with respect to states and inputs.
SOME_DERIVATIVES = few(
    DERIVATIVES,
    [
        (Architecture("rnn"), Derivative("h", "h", 1, 1)),
        (Architecture("rnn"), Derivative("h", "x", 1)),
        (Architecture("rnn", 3), Derivative("h", "h", 3, 1)),
        (Architecture("lstm"), Derivative("h", "h", 1, 1)),
        (Architecture("lstm"), Derivative("h", "c", 1, 1)),
        (Architecture("lstm"), Derivative("c", "h", 1, 1)),
        (Architecture("lstm"), Derivative("s", "x", 1)),
        (Architecture("lstm", 2), Derivative("c", "s", 2, 1)),
        (Architecture("lstm", 2), Derivative("h", "x", 2)),
        (Architecture("gru"), Derivative("h", "h", 1, 1)),
        (Architecture("gru", 3), Derivative("s", "x", 3)),
        (Architecture("gru", 1, "before"), Derivative("h", "h", 1, 1)),
        (Architecture("gru", 2, "before"), Derivative("h", "h", 2, 1)),
        (Architecture("mingru"), Derivative("h", "h", 1, 1)),
        (Architecture("mingru"), Derivative("h", "x", 1)),
        (Architecture("mingru", 2), Derivative("h", "h", 2, 1)),
    ],
)
# A gradient with respect to W_hh, and its credits, are of those that have it.
WITH_MATRIX, SOME_WITH_MATRIX = (
    [architecture for architecture in group if architecture.has_recurrent_matrix]
    for group in (ARCHITECTURES, SOME_ARCHITECTURES)
)


def run(
    architecture: Architecture,
    length: int = 12,
    hidden: int = 4,
    *,
    features: int = 2,
    init: str = "pytorch",
    gain: float = 1.0,
    memory: MemoryBias = PLAIN,
    seed: int = 0,
    amplitude: float = 1.0,
    shift: float = 0.0,
) -> Trace:
    """Run a drawn network on white noise from a random state; a shift saturates its units, each to another degree."""
    weights, inputs, start = np.random.default_rng(seed).spawn(3)
    network = architecture.network(features, hidden)
    parameters = initial_parameters(init, gain, network, weights, memory)
    for layer in range(architecture.layers):
        parameters[f"bias_ih_l{layer}"] += shift * weights.standard_normal(parameters[f"bias_ih_l{layer}"].shape)
    initial = {name: 0.5 * start.standard_normal((architecture.layers, hidden)) for name in network.cell.states}
    return network.run(parameters, amplitude * inputs.standard_normal((length, features)), initial)


def random_rnn(
    length: int = 12, hidden: int = 6, activation: str = "tanh", init: str = "pytorch", gain: float = 1.0, seed: int = 0
) -> JacobianChain:
    """Run a drawn vanilla network from rest on white noise; ∂h/∂h."""
    weights, inputs = np.random.default_rng(seed).spawn(2)
    network = make_network("rnn", 1, hidden, activation=activation)
    parameters = initial_parameters(init, gain, network, weights)
    return jacobian_chain(network.run(parameters, inputs.standard_normal((length, 1))))


def rnn_with(
    weight_hh: Array, length: int, activation: str, *, bias: Array | float = 0.0, initial_state: Array | None = None
) -> JacobianChain:
    """Run a vanilla network with a given recurrent matrix on silence; ∂h/∂h."""
    size = len(weight_hh)
    parameters = {
        "weight_ih_l0": np.zeros((size, 1)),
        "weight_hh_l0": weight_hh,
        "bias_ih_l0": np.broadcast_to(bias, (size,)).astype(float),
        "bias_hh_l0": np.zeros(size),
    }
    initial = None if initial_state is None else {"h": initial_state[None]}
    return jacobian_chain(
        make_network("rnn", 1, size, activation=activation).run(parameters, np.zeros((length, 1)), initial)
    )


def vanilla(chain: JacobianChain) -> RNNTrace:
    """Take the one layer of a vanilla network."""
    (layer,) = chain.layers
    assert isinstance(layer, RNNTrace)
    return layer


def lstm(chain: JacobianChain) -> LSTMTrace:
    """Take the last layer of an LSTM."""
    layer = chain.layers[-1]
    assert isinstance(layer, LSTMTrace)
    return layer


def gru(chain: JacobianChain) -> GRUTrace:
    """Take the last layer of a GRU."""
    layer = chain.layers[-1]
    assert isinstance(layer, GRUTrace)
    return layer


def preactivations(layer: LayerTrace) -> Array:
    """Give a, which every model of the registry has."""
    assert isinstance(layer, RNNTrace | LSTMTrace | GRUTrace)
    return layer.a


def dense_product(chain: JacobianChain, t: int, k: int) -> Array:
    """Multiply one-step Jacobians in plain float64 to what a product begins with, and cut."""
    return dense_joint_product(chain, t, k)[chain.rows] @ dense_initial(chain, k)


def dense_joint_product(chain: JacobianChain, t: int, k: int) -> Array:
    """Multiply the joint one-step Jacobians in plain float64."""
    product = np.eye(chain.state_size)
    for step in range(k + 1, t + 1):
        product = chain.jacobians(np.array([step]))[0] @ product
    return product


def dense_products(chain: JacobianChain, k: int, t: int) -> list[Array]:
    """Give the plain products from k to every step up to t."""
    jacobians = chain.jacobians(np.arange(k + 1, t + 1))
    product = dense_initial(chain, k)
    products = [product[chain.rows]]
    for jacobian in jacobians:
        product = jacobian @ product
        products.append(product[chain.rows])
    return products


def dense_initial(chain: JacobianChain, k: int) -> Array:
    """Put ∂s_k/∂(wrt)_k together, the chain rule written out: c_k moves h_k, and h_k the layers above."""
    if chain.columns is None:
        return dense_input_jacobian(chain, k)
    own = np.eye(chain.state_size)[:, chain.columns]
    if k == 0 or own.shape[0] == own.shape[1]:
        return own
    lowest = chain.layers[0]
    part = own[: lowest.state_size]
    if isinstance(lowest, LSTMTrace) and chain.columns == slice(lowest.hidden_size, lowest.state_size):
        o = 1 / (1 + np.exp(-lowest.a[k - 1, 3 * lowest.hidden_size :]))
        part[: lowest.hidden_size] = np.diag(o / np.cosh(lowest.c[k]) ** 2)
    return np.concatenate([part, *_upward(chain, k, part[: lowest.hidden_size])])


def dense_input_jacobian(chain: JacobianChain, k: int) -> Array:
    """Put ∂s_k/∂x_k together, the chain rule written out layer by layer."""
    part = chain.layers[0].input_jacobians(np.array([k]))[0]
    return np.concatenate([part, *_upward(chain, k, part[: chain.layers[0].hidden_size])])


def _upward(chain: JacobianChain, k: int, entering: Array) -> list[Array]:
    """Take what moves the lowest layer's output through the layers above at the same step."""
    parts: list[Array] = []
    for layer in chain.layers[1:]:
        parts.append(layer.input_jacobians(np.array([k]))[0] @ entering)
        entering = parts[-1][: layer.hidden_size]
    return parts


def rotation(angle: float) -> Array:
    """Rotate the plane."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
