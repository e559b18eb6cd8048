"""What a backward pass takes: the saved arrays are enough and none is idle, and steps are counted one by one."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.core.loss.graphs import graph_of
from tests.core.nets import SOME_WITH_MATRIX, WITH_MATRIX, Architecture, run
from unrolled.core.loss.gradient import gradient
from unrolled.core.loss.saved_memory import backward_steps, saved_bytes, step_flops

LOSSES = [np.arange(1, 12), np.array([11]), np.array([2, 3, 9])]


def without(layer, names):
    """Replace arrays of a forward pass by NaN; their shapes stay."""
    arrays = {
        field.name: getattr(layer, field.name)
        for field in fields(layer)
        if isinstance(getattr(layer, field.name), np.ndarray)
    }
    missing = {name: np.full_like(array, np.nan) for name, array in arrays.items() if name in names(arrays)}
    if "q" in missing and layer.reset == "before":
        # What the reset gate multiplies is the state before, which is there.
        missing["q"] = layer.h[:-1] if "states" not in missing else missing["states"][:-1]
    return replace(layer, **missing)


def gradient_of(graph, changed):
    trace = replace(graph.trace, layers=tuple(changed))
    with np.errstate(invalid="ignore"):
        return gradient(replace(graph, trace=trace)).weight_hh


@pytest.mark.parametrize("architecture", SOME_WITH_MATRIX, ids=str)
def test_the_saved_arrays_are_enough(architecture: Architecture) -> None:
    graph = graph_of(architecture, layer=1)
    spare = [
        without(layer, lambda arrays, layer=layer: set(arrays) - {*layer.saved_arrays, "gap"})
        for layer in graph.trace.layers
    ]
    np.testing.assert_array_equal(gradient_of(graph, spare), gradient(graph).weight_hh)


@pytest.mark.parametrize(
    "architecture", [architecture for architecture in WITH_MATRIX if architecture.layers == 1], ids=str
)
def test_no_saved_array_is_idle(architecture: Architecture) -> None:
    graph = graph_of(architecture)
    (layer,) = graph.trace.layers
    for name in layer.saved_arrays:
        assert not np.isfinite(gradient_of(graph, [without(layer, lambda arrays, name=name: {name})])).all(), name


@pytest.mark.parametrize(
    ("architecture", "numbers"),
    [
        (Architecture("rnn"), 2 * 4),
        (Architecture("lstm"), 4 * 4 + 2 * 4),
        (Architecture("gru"), 3 * 4 + 4 + 4),
        (Architecture("gru", 1, "before"), 3 * 4 + 4),
        (Architecture("lstm", 3), 3 * 24),
    ],
    ids=str,
)
def test_the_numbers_of_one_step(architecture: Architecture, numbers: int) -> None:
    assert saved_bytes(run(architecture)) == 8 * (numbers + 2)


def test_a_matrix_entry_takes_four_operations_a_step() -> None:
    assert step_flops(run(Architecture("gru", 2))) == 4 * (12 * 4 + 12 * 2 + 12 * 4 + 12 * 4)


@pytest.mark.parametrize("losses", LOSSES, ids=len)
def test_backward_steps_are_those_that_are_passed(losses: np.ndarray) -> None:
    assert backward_steps("none", 3, losses) == losses[-1]
    for window in (1, 2, 3, 5, 11, 40):
        chunks, slides = set(), 0
        for t in losses.tolist():
            chunks |= {k for k in range(1, t + 1) if (k - 1) // window == (t - 1) // window}
            slides += len([k for k in range(1, t + 1) if t - k < window])
        assert backward_steps("chunked", window, losses) == len(chunks)
        for cut in range(1, window):
            cuts = [c for c in range(cut, 60, window) if c]
            late = {k for t in losses.tolist() for k in range(1, t + 1) if not any(k <= c < t for c in cuts)}
            assert backward_steps("chunked", window, losses, cut) == len(late)
        assert backward_steps("sliding", window, losses) == slides


def test_without_a_loss_there_are_no_backward_steps() -> None:
    assert {
        backward_steps(architecture, 3, np.empty(0, dtype=np.int64)) for architecture in ("none", "chunked", "sliding")
    } == {0}
