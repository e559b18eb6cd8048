"""A few steps of the sweep back: where a gradient ends because nothing passes."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.core.loss.graphs import graph_of
from tests.core.nets import Architecture
from unrolled.core.loss.segment import Workspace, segment
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP


def is_blocked(layer: ElementwiseVJP, entry: float) -> bool:
    """Tell whether a gradient with one entry in its last part ends at the first of two steps."""
    graph: Any = SimpleNamespace(elementwise=layer)
    two_steps = segment(graph, np.array([5, 4]), Workspace(*(np.empty(4096) for _ in range(3))))
    states = np.zeros((3, len(layer.gates_of_part), 1, layer.hidden_size))
    states[0, -1, 0, 1] = entry
    two_steps.run(states, [0, 0])
    return two_steps.is_blocked(np.array([0]), np.array([0]))


@pytest.mark.parametrize(("model", "keep"), [("rnn", None), ("lstm", "c_keep"), ("gru", "h_keep")])
def test_a_gradient_ends_where_nothing_passes(model, keep):
    layer = graph_of(Architecture(model)).elementwise
    assert layer is not None
    assert is_blocked(layer, 0.0)
    assert not is_blocked(layer, 1e-300)
    closed = replace(layer, slopes=np.zeros_like(layer.slopes))
    if keep is not None:
        assert not is_blocked(closed, 1.0)
        closed = replace(closed, **{keep: np.zeros_like(getattr(layer, keep))})
    assert is_blocked(closed, 1.0)
