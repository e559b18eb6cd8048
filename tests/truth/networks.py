"""Networks chosen to be nasty, and the whole triangle of each: every step, no samples."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Array
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import triangle_cells
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo

MEMO = Memo(2**28)


def asked(**fields: Any) -> Experiment:
    """Give the experiment of a query."""
    return Experiment(Query.build(fields))


def linear(matrix: list[list[float]], length: int, **fields: Any) -> Experiment:
    """Give h_t = W h_{t−1} of one's own W, without input: P[t, k] = W^(t−k)."""
    size = len(matrix)
    weights = {
        "weight_ih_l0": np.zeros((size, 1)),
        "weight_hh_l0": np.array(matrix),
        "bias_ih_l0": np.zeros(size),
        "bias_hh_l0": np.zeros(size),
    }
    query = {"model": "rnn", "activation": "identity", "hidden": size, "length": length, "amplitude": 0} | fields
    return Experiment.of_arrays(query, weights)


def delay_line(size: int, **fields: Any) -> Experiment:
    """Give own weights of h¹_t = x_t, h^{j+1}_t = h^j_{t−1}: the last H inputs stand in the state."""
    weights = {
        "weight_ih_l0": np.eye(size)[:, :1],
        "weight_hh_l0": np.eye(size, k=-1),
        "bias_ih_l0": np.zeros(size),
        "bias_hh_l0": np.zeros(size),
    }
    return Experiment.of_arrays(
        {"model": "rnn", "activation": "identity", "hidden": size, "length": 40} | fields, weights
    )


NETWORKS: Mapping[str, Experiment] = {
    "default": asked(),
    "one step": asked(length=1, hidden=2),
    "two steps": asked(length=2, hidden=2),
    "dead": asked(activation="relu", hidden=1, seed=0, length=40, of="h", wrt="x", input="constant"),
    "steady decay": asked(activation="identity", hidden=1, gain=0.97, init="identity", length=300, amplitude=0),
    "steady decay, sampled": linear([[0.97]], 600, resolution=32),
    "preserves": asked(activation="identity", init="orthogonal", hidden=4, length=60, amplitude=0),
    "rises, then falls": linear([[0.9, 10.0], [0.0, 0.9]], 120),
    "rises, then falls, sampled": linear([[0.9, 10.0], [0.0, 0.9]], 240, resolution=20),
    "nilpotent": linear([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]], 12),
    "chaotic": asked(gain=3.0, init="gaussian", hidden=12, length=120, input="walk", seed=4),
    "explodes": asked(activation="relu", init="gaussian", gain=2.5, hidden=5, length=48),
    "plateau": asked(model="lstm", input="constant", amplitude=60, length=200),
    "as long as sampled": asked(length=40, resolution=40, hidden=3),
    "one step longer than sampled": asked(length=41, resolution=40, hidden=3),
    "one step shorter than sampled": asked(length=39, resolution=40, hidden=3),
    "much longer than sampled": asked(model="gru", length=400, resolution=16, hidden=6, seed=1, forget_bias=4),
    "longer, by Frobenius": asked(model="gru", length=300, resolution=24, hidden=6, forget_bias=4, norm="frobenius"),
    "lstm cell": asked(model="lstm", of="c", wrt="c", length=60, hidden=4, forget_bias=2),
    "lstm, cell to output": asked(model="lstm", of="h", wrt="c", length=60, hidden=4, resolution=10),
    "minGRU": asked(model="mingru", length=50, hidden=5, forget_bias=3),
    "input": asked(model="gru", wrt="x", length=50, hidden=5),
    "stack": asked(model="lstm", layers=2, origin=1, length=50, hidden=3),
    "sliding": asked(truncation="sliding", window=8, length=60, hidden=4, model="lstm", forget_bias=3),
    "chunked": asked(truncation="chunked", window=8, length=60, hidden=4, model="lstm", forget_bias=3, resolution=12),
    "attention": asked(model="attention", length=40, hidden=4),
    "window": asked(model="window", window=6, length=40, hidden=4, resolution=10),
    "mlp": asked(model="mlp", length=20, hidden=4),
}


@cache
def whole(name: str) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖ of every pair of steps, (T, T): NaN for k > t, −inf where exactly zero."""
    return whole_of(NETWORKS[name])


def whole_of(experiment: Experiment) -> Array:
    """Measure the same of any experiment."""
    return triangle_cells(experiment, MEMO, square_grid(np.arange(1, experiment.query.length + 1)))
