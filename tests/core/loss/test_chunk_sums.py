"""All chunks of K steps out of those of K − 1 steps: as a state that is detached says, whatever the first cut."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import graph_of
from tests.core.nets import WITH_MATRIX, Architecture
from unrolled.core.loss import chunk_sums
from unrolled.core.loss.chunk_sums import ChunkSums, affords_every
from unrolled.core.loss.chunked import chunked_distances
from unrolled.core.loss.gradient import gradient
from unrolled.core.loss.lag_sums import deltas

CASES = [(architecture, loss) for architecture in WITH_MATRIX for loss in ("sum", "last", "gaps")]
SOME_CASES = [
    (Architecture("rnn"), "gaps"),
    (Architecture("lstm"), "sum"),
    (Architecture("gru"), "last"),
    (Architecture("gru", 1, "before"), "sum"),
    (Architecture("lstm", 2), "gaps"),
]


@pytest.mark.parametrize(("architecture", "loss"), few(CASES, SOME_CASES), ids=str)
def test_they_are_those_of_a_detached_state(architecture, loss, monkeypatch):
    # A few chunks at a time are multiplied, as those of long sequences are.
    monkeypatch.setattr(chunk_sums, "_BLOCK", 300)
    graph = graph_of(architecture, length=26, layer=1, loss="last" if loss == "last" else "sum")
    graph = graph.only(np.array([3, 4, 11, 23])) if loss == "gaps" else graph
    whole = gradient(graph)
    sums = ChunkSums(graph, whole.weight_hh)
    windows = list(range(1, graph.last_step + 1))
    grown = [sums.grow(steps, delta) for _, steps, delta in deltas(graph, whole.exponent)]
    for window, mine, theirs in zip(windows, grown, chunked_distances(graph, whole, windows), strict=True):
        for name in ("relative", "cosine", "ratio"):
            np.testing.assert_allclose(
                getattr(mine, name), getattr(theirs, name), rtol=1e-9, atol=1e-13, err_msg=window
            )


def test_every_k_is_measured_where_that_is_little_work():
    assert affords_every(2000, 16, 16)
    assert affords_every(1000, 64, 16)
    assert not affords_every(5000, 16, 16)
    assert not affords_every(1000, 256, 64)
