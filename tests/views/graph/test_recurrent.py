"""The graph of a recurrent model: factors, products and ratios along it, folds, stacks, and what a truncation cuts."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.core.networks.diagrams.drawn import dense
from tests.models import RECURRENT
from tests.views.answers import answer, experiment, own, products, size
from tests.views.graph.drawings import by_ends, by_id
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.core.networks.diagrams.states import states_diagram
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo


@pytest.mark.parametrize(
    ("model", "norm"),
    few(
        product(RECURRENT, ("spectral", "frobenius")), [("rnn", "spectral"), ("lstm", "frobenius"), ("gru", "spectral")]
    ),
)
def test_every_edge_of_a_cell_has_the_size_of_its_derivative(model, norm):
    network = experiment(length=5, hidden=3, model=model, norm=norm, input="text", text="abca")
    response, diagram = answer("graph", network), run(network, Memo(2**26)).stack.layers[0].diagram(np.array([3]))
    edges, nodes = by_ends(response), by_id(response)
    assert sum(target.endswith("3") for _, target in edges) == len(diagram.edges)
    for edge in diagram.edges:
        found = edges[f"{edge.source}{2 if edge.is_back else 3}", f"{edge.target}3"]
        assert 10 ** found["log10_norm"] == pytest.approx(size(dense(edge.derivative, 0), norm), rel=1e-12)
        assert found["formula"] == edge.formula.format(t=3, s=2)
    for node in diagram.nodes:
        assert 10 ** nodes[f"{node.name}3"]["log10_norm"] == pytest.approx(np.linalg.norm(node.values))


def test_a_cell_known_by_its_jacobians_alone_is_drawn_state_by_state(monkeypatch):
    def diagram(layer, steps):
        return states_diagram(("h", "c"), layer.states, steps, layer.jacobians(steps), layer.input_jacobians(steps))

    fields = {"model": "lstm", "length": 40, "hidden": 3, "t": 38, "k": 3, "layers": 2, "wrt": "x"}
    known = answer("graph", **fields)
    monkeypatch.setattr(LSTMTrace, "diagram", diagram)
    response = answer("graph", **fields)
    assert response["log10_norm"] == known["log10_norm"]
    assert response["sentence"] == known["sentence"]
    assert {node["id"].rstrip(".l01")[0] for node in response["nodes"]} == {"x", "h", "c", "f"}
    edges = by_ends(response)
    assert edges["h3.l0", "c3.l1"]["formula"] == "∂c²_3/∂h¹_3"
    assert edges["c2.l1", "h3.l1"]["formula"] == "∂h²_3/∂c²_2"
    assert {target for source, target in edges if source == "x3"} == {"h3.l0", "c3.l0"}
    assert all(
        by_ends(known)[ends]["log10_norm"] == edge["log10_norm"] for ends, edge in edges.items() if "fold" in ends[1]
    )
    ratios = [edge["log10_ratio"] for edge in response["edges"] if "log10_ratio" in edge]
    assert ratios == [edge["log10_ratio"] for edge in known["edges"] if "log10_ratio" in edge]
    jacobian = run(experiment(**fields), Memo(2**26)).stack.layers[0].jacobians(np.array([3]))[0]
    assert 10 ** edges["c2.l0", "h3.l0"]["log10_norm"] == pytest.approx(np.linalg.norm(jacobian[:3, 3:], 2))


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_sizes_are_those_of_the_factors_and_of_the_products(norm):
    network = experiment(length=6, hidden=3, t=5, k=2, norm=norm)
    edges, expected = by_ends(answer("graph", network)), products(network)
    for step in range(1, 7):
        edge = edges[f"h{step - 1}", f"a{step}"]
        if step > 1:
            assert 10 ** edge["log10_step"] == pytest.approx(size(expected[step, step - 1], norm))
        if 2 < step <= 5:
            assert 10 ** edge["log10_product"] == pytest.approx(size(expected[5, step - 1], norm))
            ratio = size(expected[5, step - 1], norm) / size(expected[5, step], norm)
            assert 10 ** edge["log10_ratio"] == pytest.approx(ratio)
        else:
            assert "log10_ratio" not in edge


@pytest.mark.parametrize("length", [6, 60])
def test_the_ratios_multiply_up_and_none_exceeds_its_factor(length):
    network = experiment(length=length, hidden=4)
    response = answer("graph", network)
    path = [edge for edge in response["edges"] if "log10_ratio" in edge]
    assert sum(edge["log10_ratio"] for edge in path) == pytest.approx(response["log10_norm"], abs=1e-9)
    assert all(edge["log10_ratio"] <= edge["log10_step"] + 1e-9 for edge in path)
    assert any(edge["log10_ratio"] < edge["log10_step"] - 0.05 for edge in path)


def test_a_dead_product_ends_at_its_last_factor():
    edges = by_ends(answer("graph", own([[0.0, 1.0], [0.0, 0.0]], length=4)))
    assert edges["h3", "a4"]["log10_ratio"] == 0
    assert edges["h2", "a3"]["log10_ratio"] is None
    assert "log10_ratio" not in edges["h1", "a2"]


def test_the_sizes_of_nodes_and_of_single_edges():
    response = answer("graph", own([[0.5]], length=2, activation="sigmoid"))
    assert by_id(response)["x1"]["log10_norm"] is None
    assert by_id(response)["h0"]["log10_norm"] is None
    assert by_id(response)["a1"]["log10_norm"] is None
    assert by_id(response)["h1"]["log10_norm"] == pytest.approx(np.log10(0.5))
    assert by_ends(response)["x1", "a1"]["log10_norm"] == 0
    assert by_ends(response)["h1", "a2"]["log10_norm"] == pytest.approx(np.log10(0.5))
    assert by_ends(response)["a1", "h1"]["log10_norm"] == pytest.approx(np.log10(0.25))


def test_a_long_sequence_folds_its_middle():
    network = experiment(length=60, hidden=3, t=58, k=3)
    response, expected = answer("graph", network), products(network)
    (fold,) = [node for node in response["nodes"] if node["kind"] == "fold"]
    first, last = fold["t"], fold["t_last"]
    assert fold["hides"] == last - first + 1
    assert fold["label"] == f"… {fold['hides']} steps"
    assert fold["log10_norm"] == pytest.approx(np.log10(np.linalg.norm(expected[last, first - 1], 2)), abs=1e-9)
    edges = by_ends(response)
    into, out = edges[f"h{first - 1}", fold["id"]], edges[fold["id"], f"a{last + 1}"]
    assert into["on_path"]
    assert out["on_path"]
    assert into["log10_norm"] == into["log10_step"] == fold["log10_norm"]
    assert into["log10_product"] == pytest.approx(np.log10(np.linalg.norm(expected[58, first - 1], 2)), abs=1e-9)
    assert out["log10_product"] == pytest.approx(np.log10(np.linalg.norm(expected[58, last], 2)), abs=1e-9)


def test_each_part_of_an_lstm_enters_a_fold_by_itself():
    network = experiment(model="lstm", length=30, hidden=3, forget_bias=2)
    response, layer = answer("graph", network), run(network, Memo(2**26)).stack.layers[0]
    (fold,) = [node for node in response["nodes"] if node["kind"] == "fold"]
    jacobian = np.linalg.multi_dot(layer.jacobians(np.arange(fold["t_last"], fold["t"] - 1, -1)))
    edges, before = by_ends(response), fold["t"] - 1
    for name, columns in (("h", slice(0, 3)), ("c", slice(3, 6))):
        found = edges[f"{name}{before}", fold["id"]]["log10_norm"]
        assert 10**found == pytest.approx(size(jacobian[:, columns], "spectral"))
    assert 10 ** fold["log10_norm"] == pytest.approx(size(jacobian, "spectral"))


@pytest.mark.parametrize(("model", "most"), [("rnn", 12), ("lstm", 7), ("gru", 7)])
def test_a_cell_of_many_edges_leaves_room_for_fewer_rows(model, most):
    for length in (most, most + 2):
        kinds = {node["kind"] for node in answer("graph", model=model, length=length, hidden=2)["nodes"]}
        assert ("fold" in kinds) == (length > most)


def recurrent(response):
    """Return the edges from one step to the next, by the step they lead to."""
    steps = {node["id"]: node["t"] for node in response["nodes"]}
    edges = [edge for edge in response["edges"] if steps[edge["source"]] < steps[edge["target"]]]
    return {step: [edge for edge in edges if steps[edge["target"]] == step] for step in steps.values() if step}


CUTS: list[tuple[dict[str, Any], set[int], set[int]]] = [
    ({"truncation": "chunked", "window": 3}, {4, 7}, set()),
    ({"truncation": "chunked", "window": 3, "t": 6}, {4}, {5, 6}),
    ({"truncation": "sliding", "window": 3}, {5}, {6, 7}),
    ({"truncation": "sliding", "window": 3, "k": 6}, {5}, {7}),
    ({"truncation": "chunked", "window": 7}, set(), set(range(2, 8))),
    ({}, set(), set(range(2, 8))),
]


@pytest.mark.parametrize(
    ("model", "case"),
    few(
        product(RECURRENT, CUTS),
        [*zip(RECURRENT, CUTS, strict=False), ("lstm", CUTS[4]), ("rnn", CUTS[5])],
    ),
)
def test_cut_edges_and_the_path_that_ends_there(model, case):
    fields, cuts, path = case
    network = experiment(model=model, length=7, hidden=3, **fields)
    edges = recurrent(answer("graph", network))
    diagram = run(network, Memo(2**26)).stack.layers[0].diagram(np.array([3]))
    assert {len(into) for into in edges.values()} == {sum(edge.is_back for edge in diagram.edges)}
    assert {step for step, into in edges.items() if all(edge["cut"] for edge in into)} == cuts
    assert {step for step, into in edges.items() if any(edge["cut"] for edge in into)} == cuts
    assert {step for step, into in edges.items() if any(edge["on_path"] for edge in into)} == path
    assert {step for step, into in edges.items() if any("log10_product" in edge for edge in into)} == path


def test_a_derivative_to_the_input_leaves_the_chain_only_inside_the_truncation():
    fields = {"length": 6, "hidden": 3, "wrt": "x", "truncation": "chunked", "window": 3}
    for k, is_on_path in ((5, True), (2, False)):
        edges = {edge["source"]: edge for edge in answer("graph", **fields, k=k)["edges"]}
        assert edges[f"x{k}"]["on_path"] is is_on_path


def test_a_fold_that_hides_a_truncated_edge_is_marked_as_truncated():
    response = answer("graph", length=60, hidden=3, truncation="chunked", window=30)
    folds = [edge for edge in response["edges"] if edge["target"].startswith("fold")]
    assert [edge["cut"] for edge in folds] == [True]


def test_a_stack_is_drawn_from_the_layer_of_one_end_to_that_of_the_other():
    fields = {"model": "rnn", "layers": 3, "length": 4, "hidden": 2}
    alone = answer("graph", **fields)
    assert {node["layer"] for node in alone["nodes"] if node["kind"] == "state"} == {2}
    assert [node["label"] for node in alone["nodes"] if node["id"] == "x3"] == ["h²_3"]
    payload = answer("graph", **fields, wrt="x")
    assert {node["layer"] for node in payload["nodes"] if node["kind"] == "state"} == {0, 1, 2}
    formulas = {(edge["source"], edge["target"]): edge["formula"] for edge in payload["edges"]}
    assert formulas["h3.l0", "a3.l1"] == "∂a²_3/∂h¹_3 = W²_ih"
    assert formulas["h2.l2", "a3.l2"] == "∂a³_3/∂h³_2 = W³_hh"
    assert formulas["x3", "a3.l0"] == "∂a¹_3/∂x_3 = W¹_ih"
