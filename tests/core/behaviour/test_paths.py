"""Path lengths against a search of the whole unrolled graph by matrix powers, and against what is known."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import RECURRENT, make_network
from unrolled.core.behaviour.paths import (
    max_path_length,
    path_length,
    reach,
    sequential_operations,
)
from unrolled.core.jacobians.graph import Graph
from unrolled.core.models import MODELS
from unrolled.core.networks.wiring import Edge, upward


def wiring_of(model: str, length: int, layers: int = 1, window: int = 1, truncation: str = "none") -> Graph:
    """Give the graph of a model."""
    return Graph(make_network(model, 1, 2, layers, window=window).edges, length, window, truncation)


@st.composite
def wirings(draw):
    model = draw(st.sampled_from(list(MODELS)))
    truncation = draw(st.sampled_from(["none", "chunked", "sliding"])) if model in RECURRENT else "none"
    length, layers, window = draw(st.integers(1, 12)), draw(st.integers(1, 3)), draw(st.integers(1, 13))
    return wiring_of(model, length, layers, window, truncation)


@st.composite
def other_wirings(draw):
    """Draw what no model here has: skips over layers and steps, beside a layer that is above another."""
    names = ("x", "a", "b", "o")
    edges = set(upward(names)) | {Edge(*pair) for pair in draw(st.sets(st.sampled_from([("x", "b"), ("a", "o")])))}
    for source, target in draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names[1:])))):
        first = draw(st.integers(1, 3))
        edges.add(Edge(source, target, first, draw(st.integers(first, 4) | st.none())))
    return Graph(tuple(sorted(edges, key=lambda edge: names.index(edge.target))), draw(st.integers(1, 9)))


def nodes(wiring):
    names = {"x", *(wire.target for wire in wiring.edges)}
    return [(name, step) for name in names for step in range(1, wiring.length + 1)]


def full(wiring, of):
    """Give all shortest lengths to o_of by relaxing every edge until nothing changes (Bellman and Ford)."""
    edges = [(source, node) for node in nodes(wiring) for source in wiring.sources(node, of)]
    lengths = dict.fromkeys(nodes(wiring), inf) | {("o", of): 0}
    changed = True
    while changed:
        changed = False
        for source, node in edges:
            length = lengths[node] + (source[1] != node[1])
            if length < lengths[source]:
                lengths[source], changed = length, True
    return {k: lengths["x", k] for k in range(1, wiring.length + 1)}


@given(wirings() | other_wirings())
def test_the_longest_path_is_that_of_a_search_of_everything(wiring):
    longest, farthest = -1, 0
    for t in range(1, wiring.length + 1):
        for k, length in full(wiring, t).items():
            assert path_length(wiring, t, k) == (None if length == inf else length)
            if length < inf:
                farthest = max(farthest, t - k)
                longest = max(longest, length) if k < t else longest
    assert max_path_length(wiring) == (None if longest < 0 else longest)
    assert reach(wiring) == farthest


@given(wirings() | other_wirings())
def test_the_depth_is_that_of_the_whole_forward_graph(wiring):
    depth = dict.fromkeys(nodes(wiring), 0)
    for _ in range(len(depth)):
        for node in depth:
            depth[node] = max((depth[source] + 1 for source in wiring.sources(node)), default=0)
    assert sequential_operations(wiring) == max(depth.values())


@given(wirings())
def test_a_path_is_cut_where_the_truncation_says_so(wiring):
    window, truncation = wiring.window, wiring.truncation
    for t in range(1, wiring.length + 1):
        for k in range(1, t + 1):
            within = {"none": True, "chunked": (k - 1) // window == (t - 1) // window, "sliding": t - k < window}[
                truncation
            ]
            if all(edge.source == "x" or edge.last == 0 for edge in wiring.edges):
                within = t - k <= wiring.edges[0].last
            assert (path_length(wiring, t, k) is not None) == within


@pytest.mark.parametrize("name", RECURRENT)
def test_a_recurrent_path_takes_every_step_and_attention_one(name):
    assert max_path_length(wiring_of(name, 500, 3)) == 499
    assert sequential_operations(wiring_of(name, 500, 3)) == 503
    assert max_path_length(wiring_of("attention", 500)) == 1
    assert sequential_operations(wiring_of("attention", 500)) == 3
    assert max_path_length(wiring_of("mlp", 500)) is None


@pytest.mark.parametrize(("truncation", "pairs"), [("chunked", 330), ("sliding", 555)])
def test_a_truncation_keeps_the_pairs_that_counting_gives(truncation, pairs):
    wiring = wiring_of("rnn", 60, 1, 10, truncation)
    assert sum(path_length(wiring, t, k) is not None for t in range(1, 61) for k in range(1, t + 1)) == pairs
    assert max_path_length(wiring) == 9


@pytest.mark.parametrize("name", MODELS)
def test_operations_and_parameters_are_those_of_textbooks(name):
    t, h, d, key, window = 7, 5, 3, 2, 4
    work = {
        "rnn": t * (h * h + h * d),
        "lstm": 4 * t * (h * h + h * d),
        "gru": 3 * t * (h * h + h * d),
        # Without a recurrent matrix.
        "mingru": 2 * t * h * d,
        "mlp": t * d * h,
        "window": t * window * d * h,
        "attention": t * (h * d + 2 * h * key + h * h) + t * (t + 1) // 2 * (key + h),
    }[name]
    network = make_network(name, d, h, 2, window=window, key_size=key)
    assert network.multiply_adds(t) == work
