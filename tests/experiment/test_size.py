"""How large an experiment is, counted by hand."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from unrolled.core.cost.derivative import forward_cost
from unrolled.core.networks.wiring import Edge
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import graph_of, pair_multiply_adds, size_of
from unrolled.query.query import Query


def test_sizes_of_a_derivative_through_a_stack():
    values = {"model": "lstm", "length": 9, "hidden": 5, "layers": 3, "origin": 2, "wrt": "x", "of": "s"}
    size = size_of(Experiment(Query.build(values | {"origin": None})))
    # ∂s/∂x goes through all three layers, each with h and c.
    assert (size.state, size.width, size.height) == (3 * 2 * 5, 1, 2 * 5)
    size = size_of(Experiment(Query.build(values | {"wrt": "h"})))
    assert (size.state, size.width, size.height) == (2 * 2 * 5, 5, 2 * 5)
    assert (size.joint, size.states, size.gates) == (2, 2.0, 4.0)


def test_matrices_are_counted_whatever_the_model():
    lstm = size_of(Experiment(Query.build({"model": "lstm", "hidden": 5, "layers": 2})))
    assert lstm.weights == 4 * 5 * (1 + 5 + 5 + 5)
    mlp = size_of(Experiment(Query.build({"model": "mlp", "hidden": 5, "layers": 2})))
    assert mlp.weights == 5 + 5 * 5 + 5
    attention = size_of(Experiment(Query.build({"model": "attention", "hidden": 5, "key": 3})))
    assert attention.weights == 5 + 2 * 3 * 5 + 5 * 5 + 5


def test_what_a_model_without_recurrence_reads():
    reaches, keys = {"mlp": 1, "window": 7, "attention": 7}, {"mlp": 0, "window": 0, "attention": 3}
    for model, reach in reaches.items():
        size = size_of(Experiment(Query.build({"model": model, "length": 7, "window": 9, "key": 3})))
        assert (size.state, size.reach, size.key) == (0, reach, keys[model])
        assert (size.width, size.height) == (1, 1)


def test_a_window_is_no_longer_than_the_sequence():
    assert graph_of(Experiment(Query.build({"model": "window", "length": 7, "window": 9}))).window == 7


@dataclass(frozen=True)
class AnyNetwork:
    """What a size asks of a network, of whatever model: a toy weighs pairs of steps by so many numbers."""

    edges: tuple[Edge, ...]
    pairs: int
    layers: int = 1

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (12, 5), "other": (4, 4), "bias": (12,)}

    def multiply_adds(self, length: int) -> int:
        return 76 * length + self.pairs * length * (length + 1) // 2


@pytest.mark.parametrize(
    ("edges", "pairs", "reach", "key"),
    [((Edge("x", "o", 0, None),), 9, 50, 5), ((Edge("x", "h", 0, 2), Edge("h", "o", 0, 3)), 0, 6, 0)],
)
def test_a_model_of_a_test_has_its_size_without_a_row_anywhere(monkeypatch, edges, pairs, reach, key):
    monkeypatch.setattr("unrolled.experiment.size.network_of", lambda *_: AnyNetwork(edges, pairs))
    size = size_of(Experiment(Query.build({"model": "mlp", "length": 50, "hidden": 4})))
    assert (size.weights, size.gates, size.reach, size.key) == (76.0, 3.0, reach, key)
    network: Any = AnyNetwork(edges, pairs)
    assert pair_multiply_adds(network) == pairs
    # Pairs make the forward pass grow by the square of the length.
    shorter, longer = (forward_cost(replace(size, length=10**power)).flops for power in (5, 6))
    assert longer / shorter > (90 if pairs else 9)
    assert longer / shorter < (101 if pairs else 11)
