"""Edges of what stands on top of each other."""

from unrolled.core.networks.wiring import Edge, upward


def test_each_is_read_by_the_next_at_the_same_step():
    assert upward(["x", "h1", "o"]) == (Edge("x", "h1", 0, 0), Edge("h1", "o", 0, 0))
