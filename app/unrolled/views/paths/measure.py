"""Measuring every model at the farthest output: how long its paths are, and what is left of the gradient along them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import Grid, sample_steps
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.paths import SEARCHED, distances, max_path_length, reach, sequential_operations
from unrolled.core.cost.derivative import Cost, norm_flops, products_flops
from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.models import MODELS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.flops import parameter_count
from unrolled.experiment.run import derivative_of, network_of
from unrolled.experiment.size import graph_of, size_of
from unrolled.experiment.triangle import cells_cost, forward_pass_cost, triangle_cells
from unrolled.experiment.variants import PANEL_LENGTH, comparable_models, variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import LeftOut

# Distances that the curves have at most, fewer where each is a large matrix to be decomposed.
_MOST, _FEWEST, _DECOMPOSED = 64, 4, 2e9
# Bytes that a search keeps for a node.
_NODE_BYTES = 180.0


@dataclass(frozen=True)
class ModelPath:
    """One model's row: what its graph says, and the gradient that was measured beside it.

    ``multiply_adds`` are those of the layer that reads the sequence, over all steps; ``sequential_operations`` of the
    forward pass wait for each other. ``max_path_length`` is the longest of the shortest paths between an input and a
    later output, None where none joins two steps; ``reach`` the largest distance that a path spans; ``parameters``
    those of the whole predictor. By distance (n,): ``path_length``, the steps that the shortest path from x_{T−lag} to
    o_T crosses, −1 where there is none; ``log10_norm_full``, log10 ‖∂o_T/∂x_{T−lag}‖ whatever a truncation cuts off,
    −inf where it is exactly zero; ``kept``, what a truncation leaves.
    """

    name: str
    label: str
    layers: int
    multiply_adds: int
    sequential_operations: int
    max_path_length: int | None
    reach: int
    parameters: int
    path_length: Steps
    log10_norm_full: Array
    kept: npt.NDArray[np.bool_]

    @property
    def log10_norm(self) -> Array:
        """What is left: NaN where the truncation cuts it off."""
        return np.where(self.kept, self.log10_norm_full, np.nan)


def lags_of(experiment: Experiment) -> Steps:
    """Choose the distances that are measured, rising: evenly spaced, those of the table, the ends of the window."""
    length, window = length_of(experiment), experiment.query.window
    wanted = np.array([0, *table_lags(length), window - 1, window])
    lags = np.union1d(length - sample_steps(length, _samples(experiment)), wanted)
    return lags[lags < length]


def table_lags(length: int) -> list[int]:
    """Choose the distances of the table: one step, a quarter of the way, half of it, and all of it."""
    farthest = length - 1
    return sorted({min(1, farthest), -(-farthest // 4), -(-farthest // 2), farthest})


def length_of(experiment: Experiment) -> int:
    """Give how many steps are looked at: attention takes all pairs of them, and the first ones tell models apart."""
    return min(experiment.query.length, PANEL_LENGTH)


def experiment_of(experiment: Experiment, name: str) -> Experiment:
    """Give the experiment of one model: the same sequence and sizes, and the one derivative that all models have."""
    asked = experiment.changed(of="o", wrt="x", layer=None, origin=None)
    return variant_of(asked, "model", name).changed(length=length_of(experiment))


def measure(experiment: Experiment, memo: Memo, lags: Steps) -> tuple[tuple[ModelPath, ...], tuple[LeftOut, ...]]:
    """Measure every model, in the order of the table; one whose state leaves float64 is left out, with the reason."""
    models, left_out = [], []
    for name in comparable_models(experiment):
        try:
            models.append(_measured(experiment_of(experiment, name), memo, lags))
        except Overflow as error:
            left_out.append(LeftOut(name, MODELS[name].label, error.detail))
    return tuple(models), tuple(left_out)


def _measured(experiment: Experiment, memo: Memo, lags: Steps) -> ModelPath:
    query, wiring = experiment.query, graph_of(experiment)
    steps = query.length - lags
    sizes = _sizes(experiment, memo, steps[::-1])[::-1]
    last = np.array([query.length])
    network = network_of(experiment, experiment.input_size)
    return ModelPath(
        query.model,
        MODELS[query.model].label,
        network.layers,
        network.multiply_adds(query.length),
        sequential_operations(wiring),
        max_path_length(wiring),
        reach(wiring),
        parameter_count(experiment),
        distances(wiring, query.length)[steps - 1],
        sizes,
        Truncation(query.truncation, query.window).kept(last, steps)[0],
    )


def is_carried_back(experiment: Experiment) -> bool:
    """Tell whether a row is carried back step by step from its end, and not made of blocks that advance together.

    A single row takes S² flops a step where a block takes S³; but it takes a step at a time, where many blocks take
    theirs at once.
    """
    if not size_of(experiment).state:
        return False
    return _carried_back_flops(experiment) < cells_cost(experiment, _count(experiment)).flops


def _sizes(experiment: Experiment, memo: Memo, steps: Steps) -> Array:
    """Measure log10 ‖∂o_T/∂x_k‖ at some rising steps k."""
    length = experiment.query.length
    if not is_carried_back(experiment):
        return np.asarray(triangle_cells(experiment, memo, Grid(np.array([length]), steps))[0])
    return derivative_of(experiment, memo).row(length, steps, experiment.query.norm)


def paths_cost(experiment: Experiment) -> Cost:
    """Count every model's forward pass, one gradient all the way back, its norms, and the searches."""
    nodes = _nodes(experiment)
    flops, held, largest = _search_flops(experiment), 0.0, _NODE_BYTES * nodes
    for name in comparable_models(experiment):
        changed = experiment_of(experiment, name)
        forward = forward_pass_cost(changed)
        row = _row_cost(changed)
        flops, held, largest = flops + row.flops, held + forward.bytes, max(largest, row.bytes - forward.bytes)
    return Cost(flops, held + largest)


def _row_cost(experiment: Experiment) -> Cost:
    """Count the last row of one model."""
    if not size_of(experiment).state:
        return cells_cost(experiment, _count(experiment), rows=1)
    if is_carried_back(experiment):
        return Cost(_carried_back_flops(experiment), forward_pass_cost(experiment).bytes)
    return cells_cost(experiment, _count(experiment))


def _nodes(experiment: Experiment) -> float:
    """Count the nodes that two searches meet: recurrent models share one graph, the others have few."""
    return 2.0 * length_of(experiment) * (experiment.query.layers + 4.0)


def _search_flops(experiment: Experiment) -> float:
    """Count the searches."""
    return _nodes(experiment) * SEARCHED


def _carried_back_flops(experiment: Experiment) -> float:
    """Count the forward pass, one gradient of every output carried back over all steps, and its norms."""
    size = size_of(experiment)
    norms = _count(experiment) * norm_flops(size.width, size.height, experiment.query.norm)
    return forward_pass_cost(experiment).flops + products_flops(size, size.length, size.height) + norms


def _count(experiment: Experiment) -> int:
    """Bound the distances of `lags_of`."""
    return min(length_of(experiment), _samples(experiment) + 6)


def _samples(experiment: Experiment) -> int:
    """Choose how many distances are measured; an SVD of wide matrices takes long, so there are fewer of them."""
    if experiment.query.norm == "frobenius":
        return _MOST
    entries = experiment.input_size
    return max(_FEWEST, min(_MOST, int(_DECOMPOSED / (10.0 * entries**3 + 1e3 * entries**2 + 2e4 * entries))))
