"""Path lengths, sequential operations and work of every model (Vaswani et al. 2017, arXiv 1706.03762, table 1).

The length of a path is the number of its edges whose ends belong to different steps: state to state, an earlier input
read by a window, an earlier step read by attention. What is computed within one step costs nothing. From x_k to
o_t that is t − k for a recurrent model, 1 for a window or attention, and 0 at t = k; it is searched for, not typed in.
"""

from collections import deque
from dataclasses import replace
from functools import lru_cache

import numpy as np

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.types import Steps
from unrolled.core.jacobians.graph import Graph, Node
from unrolled.runtime.progress import advance

# The work of a node that a search visits.
SEARCHED = 6 * CALL


def path_length(wiring: Graph, t: int, k: int) -> int | None:
    """Count the steps that the shortest path from x_k to o_t crosses; None where no path exists."""
    length = int(distances(wiring, t)[k - 1]) if k <= t else -1
    return None if length < 0 else length


def max_path_length(wiring: Graph) -> int | None:
    """Find the longest of the shortest paths from any x_k to any later o_t; None where no path joins any k < t.

    The graph at every step is that of the step before, moved by one, so the last output has the longest; with chunks,
    the last one of a whole chunk has.
    """
    length = max(int(distances(wiring, t)[: t - 1].max(initial=-1)) for t in _farthest_outputs(wiring))
    return None if length < 0 else length


def reach(wiring: Graph) -> int:
    """Find the largest lag t − k that a path spans."""
    return max(t - 1 - int(np.argmax(distances(wiring, t) >= 0)) for t in _farthest_outputs(wiring))


def _farthest_outputs(wiring: Graph) -> set[int]:
    """Give the outputs that have the longest paths."""
    last_chunk_end = wiring.length // wiring.window * wiring.window
    return {wiring.length, last_chunk_end} if wiring.truncation == "chunked" and last_chunk_end else {wiring.length}


@lru_cache(maxsize=64)
def distances(wiring: Graph, t: int) -> Steps:
    """Search the graph backwards from o_t: lengths (t,) of the shortest paths from x_1 … x_t, −1 for none."""
    lengths = np.full(t, -1, dtype=np.int64)
    best: dict[Node, int] = {("o", t): 0}
    queue = deque(best)
    visited: set[Node] = set()
    while queue:
        node = queue.popleft()
        if node in visited:
            continue
        visited.add(node)
        advance(SEARCHED)
        if node[0] == "x":
            lengths[node[1] - 1] = best[node]
        for source in wiring.sources(node, t):
            crosses = source[1] != node[1]
            length = best[node] + crosses
            if length < best.get(source, length + 1):
                best[source] = length
                if crosses:
                    queue.append(source)
                else:
                    queue.appendleft(source)
    lengths.flags.writeable = False
    return lengths


def sequential_operations(wiring: Graph) -> int:
    """Count the longest chain of operations of the forward pass that wait for each other: the depth of the graph.

    Every edge is one operation. The last output has all that the others have, so its depth is that of the graph.
    """
    return _depth(replace(wiring, truncation="none"))


@lru_cache(maxsize=64)
def _depth(wiring: Graph) -> int:
    rank = {wire.target: place for place, wire in reversed(list(enumerate(wiring.edges)))}
    sources: dict[Node, list[Node]] = {}
    waiting: list[Node] = [("o", wiring.length)]
    while waiting:
        node = waiting.pop()
        if node not in sources:
            sources[node] = list(wiring.sources(node))
            advance(SEARCHED)
            waiting += sources[node]
    depth: dict[Node, int] = {}
    for node in sorted(sources, key=lambda each: (each[1], rank.get(each[0], -1))):
        depth[node] = 1 + max((depth[source] for source in sources[node]), default=-1)
    return depth["o", wiring.length]
