"""The work of a derivative, known before anything is allocated: forward pass, products, triangle, and its laws."""

from dataclasses import dataclass, replace
from math import log2

import numpy as np

from unrolled.core.arrays import flops as work
from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.types import Norm
from unrolled.core.checks.feedforward import MAX_STEPS
from unrolled.core.checks.laws import OTHERS, ROWS, law_cells, row_reach
from unrolled.core.feedforward.attention import MIXED_ENTRIES
from unrolled.core.feedforward.attention_mixing import WEIGHED
from unrolled.core.feedforward.mlp import PASSES
from unrolled.core.jacobians.blocks import CHUNK_ENTRIES
from unrolled.core.norms.frobenius import GROUP
from unrolled.core.norms.lanczos import CALLS
from unrolled.core.norms.squares import PIECE
from unrolled.core.norms.triangle import BASE, is_carried, is_dense

_BYTES = 8
# Memory, in numbers: what a layer leaves at each step for each unit beside its gates, at least, and how much of that is
# still there when the last one has run; what gates take that are computed for all steps; what a step takes.
_LEFT, _LEAST, _LAST, _GATES, _STEP = 2.2, 4.1, 2.0, (0.5, 3.0), 14.0
# Of what is held at once, and the room that chunks of it take.
_HELD, _ROOM, _ENCLOSING, _RUNNING = 1.1, 2.0**20, 2.4e6, 3.2
# Lanczos steps that enclose the largest value of a cell, as a rule, with the passes of all of them; and the flops a
# cell that is multiplied out takes until its value is proved: C² and C³.
_LANCZOS, _PASSES, _SQUARE, _CUBE = 4, 290, 450.0, 5.0
# What a unit of an MLP takes at each step beside its products.
_UNIT = PASSES * ENTRY
# Times that a path is multiplied out, by either end; that a sequence is run again; rows that are looked at, and cells.
_PATHS, _RUNS, _ROWS, _CELLS_DECOMPOSED = 3, 18, 25, 200


@dataclass(frozen=True)
class Cost:
    """Work in flops, as loops count it, and peak memory in bytes."""

    flops: float = 0.0
    bytes: float = 0.0

    def then(self, *others: "Cost") -> "Cost":
        """Add computations that let go of their memory before the next one begins."""
        costs = (self, *others)
        return Cost(sum(cost.flops for cost in costs), max(cost.bytes for cost in costs))


@dataclass(frozen=True)
class Size:
    """Sizes of a network, T, H, L and D, and of the derivative through it.

    ``weights`` are the entries of all its matrices, ``gates`` the rows of one in units of H. ``state`` is S, the
    entries of the joint state of the ``joint`` layers that take part, 0 of a network without one; ``width`` and
    ``height`` are C and R. Without a state, an output reads the last ``reach`` inputs, by scores of ``key`` numbers a
    pair of steps where it is not 0.
    """

    length: int
    hidden: int
    layers: int
    input_size: int
    weights: float
    gates: float
    state: int
    joint: int
    width: int
    height: int
    reach: int
    key: int

    @property
    def states(self) -> float:
        """The state of one layer in units of H."""
        return self.state / (self.joint * self.hidden)


def forward_cost(size: Size) -> Cost:
    """Count the forward pass, 2T flops an entry of the matrices, and T² for scores of all pairs; and what it leaves."""
    length, hidden = size.length, size.hidden
    flops = 2.0 * length * size.weights
    if size.state:
        # What enters the gates, and the calls of every step.
        flops += length * size.layers * (work.entering_step(size.gates * hidden, 0) + work.forward_step(size.gates, 0))
        layer = max(_LEAST, size.gates + _LEFT)
        units = (size.layers + 1) * layer - _LAST
    else:
        # All scores before the diagonal, in chunks; or all units, whose activations take longer than a small product.
        seen = 0.5 * (length + min(length, MIXED_ENTRIES / length))
        weighed = seen * (2.0 * (size.key + size.input_size) + WEIGHED * ENTRY)
        flops += length * (weighed if size.key else size.layers * hidden * _UNIT)
        units = 2.0 * size.layers + 2.0 * size.key / hidden + bool(size.key)
    return Cost(flops, _BYTES * length * (units * hidden + size.input_size * (1.0 if size.state else 2.0) + _STEP))


def product_step_flops(size: Size, width: int) -> float:
    """Count one step of one product of `width` columns, its Jacobian included."""
    return work.product_step(size.gates, size.hidden if size.joint == 1 else size.state, width, size.state)


def products_flops(size: Size, steps: float, *widths: int) -> float:
    """Count products of some widths along a path of so many steps, one step at a time."""
    calls = work.step_calls(size.gates, size.joint)
    return steps * sum(calls + product_step_flops(size, width) for width in widths)


def norm_flops(width: int, height: int, norm: Norm) -> float:
    """Count the norm of one matrix."""
    return work.singular_values(width, height) if norm == "spectral" else CALL + ENTRY * width * height


def gate_bytes(size: Size) -> float:
    """Count the bytes that the gates or slopes of all steps of a layer take together."""
    return _BYTES * (_GATES[0] + _GATES[1] * size.gates) * size.length * size.hidden


def sample_counts(length: int, resolution: int) -> tuple[int, int]:
    """Count the sampled steps of a sequence, and give how far apart they are."""
    stride = -(-length // resolution)
    return -(-length // stride), stride


def triangle_cost(size: Size, resolution: int, norm: Norm, rows: int | None = None) -> Cost:
    """Count forward pass, block products, rows and norms, and the largest memory held at once.

    Without a recurrence single `rows` may be asked for.
    """
    if not size.state:
        columns = min(resolution, size.length)
        return _direct_cost(size, columns if rows is None else rows, columns, norm)
    samples, stride = sample_counts(size.length, resolution)
    state, width, height = size.state, size.width, size.height
    forward = forward_cost(size)
    together = min(max(1, CHUNK_ENTRIES // state**2), max(1, samples - 1))
    calls = work.step_calls(size.gates, size.joint)
    blocks = (samples - 1) * stride * (product_step_flops(size, state) + calls / together)
    cells = samples * (samples + 1) / 2
    held = _HELD * samples * state * (state + width)
    if is_carried(width, height, norm):
        measured = _rows_flops(cells, samples, width, state) + work.inspection(0.1 * cells, width, height)
    elif norm == "frobenius":
        measured = _frobenius_flops(size, samples)
        held += _HELD * GROUP * state * (state + width + 2.0 * height)
    elif is_dense(width, height, samples):
        measured = _rows_flops(cells, samples, width, state) + cells * norm_flops(width, height, norm)
    else:
        measured = _spectral_flops(size, samples)
        held = samples * (3.1 * state + 1.15 * width) * state + _ENCLOSING
    return Cost(forward.flops + blocks + measured, forward.bytes + _BYTES * (held + 4.0 * samples**2 + _ROOM))


def measured_cost(size: Size, resolution: int, norm: Norm) -> Cost:
    """Count a triangle and its horizon, which for a sampled sequence is sought step by step between two samples.

    The horizon is counted where it lies within the first stride, and looked for over two.
    """
    cost, (samples, stride) = triangle_cost(size, resolution, norm), sample_counts(size.length, resolution)
    if stride == 1:
        return cost
    if not size.state:
        # By halving, a single cell a row; what sees all inputs forgets none.
        halvings = log2(stride) * samples if size.reach < size.length else 0.0
        return Cost(cost.flops + halvings * row_flops(size), cost.bytes)
    width, height, calls = size.width, size.height, work.step_calls(size.gates, size.joint)
    step = calls + samples * product_step_flops(size, width) + work.inspection(samples, width, height)
    # Of these norms few are decomposed: their Frobenius norms settle most steps.
    flops = 2.0 * stride * step
    # All products at once, what is read off them and, beyond the first stride, the blocks.
    held = samples * size.state * (_RUNNING * width + size.state) + _ROOM
    return cost.then(Cost(flops, forward_cost(size).bytes + _BYTES * held))


def _rows_flops(cells: float, samples: int, width: int, state: int) -> float:
    """Count a row of products multiplied on from sample to sample."""
    return samples * work.row_step(0, width, state) + work.row_step(cells, width, state)


def _frobenius_flops(size: Size, samples: int) -> float:
    """Count Frobenius norms that meet in the middle: 2S³ flops a cell within a group, 2S² a cell beyond it."""
    width, state, groups = size.width, size.state, -(-samples // GROUP)
    inside = min(samples, GROUP)
    # Within a group all is multiplied out; one row in a group is to all earlier columns, with its Gram matrices.
    near, far = samples * (inside + 1) / 2, GROUP * (groups - 1) * groups / 2
    multiplied = _rows_flops(near + far, samples, width, state) + _rows_flops(samples, samples, state, state)
    read = samples * work.inspection(0, width, size.height) + work.inspection(near, width, size.height)
    return multiplied + read + work.gram_rectangle(inside, far, width, state)


def _spectral_flops(size: Size, samples: int) -> float:
    """Count largest singular values that meet in the middle: 4S² flops a Lanczos step of a cell.

    Within squares of halving sides every sample is multiplied to the middle, with its Gram matrix; the last, small
    triangles are multiplied out.
    """
    state, width, height = size.state, size.width, size.height
    small, levels = min(width, height), max(0.0, log2(samples / BASE))
    far, near = max(0, samples - BASE) * samples / 2, samples * (BASE + 1) / 2
    halves = levels * samples * 2.0 * state**2 * (state + 0.5 * (width + height) + 2.0 * ENTRY)
    lanczos = far * (_LANCZOS * 4.0 * state**2 + ENTRY * (_PASSES + 10.0 * _LANCZOS * state))
    searches = (levels + far / PIECE) * _LANCZOS * CALLS * CALL
    product = 2.0 * width * state * (state + ENTRY) + 2.0 * small**2 * max(width, height)
    return halves + lanczos + searches + near * (product + _SQUARE * small**2 + _CUBE * small**3)


def row_flops(size: Size) -> float:
    """Count one row without a state: a step back, 2D flops an entry of the matrices; or weights of all steps before."""
    back = 2.0 * size.input_size * size.weights + 24.0 * CALL * size.layers
    weighed = 16.0 * CALL + 0.5 * size.length * (2.0 * size.key + size.input_size + WEIGHED * ENTRY)
    return weighed if size.key else back


def _direct_cost(size: Size, rows: int, columns: int, norm: Norm) -> Cost:
    """Count a forward pass and sampled rows and columns; a cell is one Jacobian (D, D), read off its row."""
    entries = size.input_size
    forward, seen = forward_cost(size), min(columns, size.reach)
    # Of all rows the first see few inputs; the last sees all.
    seen_on_average = 0.5 * (seen + 1) if rows > 1 and size.reach >= size.length else seen
    value = norm_flops(entries, entries, norm) if norm == "spectral" and not size.key else 0.0
    cells = work.inspection(seen_on_average, entries, entries) + seen_on_average * value
    held = seen * entries * (4.0 * entries + size.hidden + size.key) + 4.0 * rows * columns + 2.0**18
    return Cost(forward.flops + rows * (row_flops(size) + cells), forward.bytes + _BYTES * held)


def laws_cost(size: Size) -> Cost:
    """Count a few short products, from either end, with the norms of their factors; without a state, forward passes."""
    if not size.state:
        short = replace(size, length=min(size.length, MAX_STEPS))
        runs = forward_cost(short)
        cells = _CELLS_DECOMPOSED * norm_flops(size.width, size.height, "spectral")
        return Cost(_RUNS * runs.flops + _ROWS * row_flops(short) + cells, 3.0 * runs.bytes)
    # The same paths as will be chosen; a single gate has a bound for every step.
    paths = law_cells(size.length, size.state, np.random.default_rng(size.length))
    steps = float(sum(t - k for t, k in paths))
    bounds = steps * norm_flops(size.state, size.state, "spectral") if size.gates > 1 or size.joint > 1 else 0.0
    return Cost(products_flops(size, _PATHS * steps, size.width) + bounds)


def rows_cost(size: Size) -> Cost:
    """Count the rows of a picture that are multiplied again, the last one far; none without a state."""
    return products_again_cost(size, size.length, 1.0 + (ROWS - 1) / OTHERS)


def products_again_cost(size: Size, lag: int, count: float) -> Cost:
    """Count so many products over a lag from the other end, as far as that is done; none without a state."""
    if not size.state:
        return Cost()
    return Cost(products_flops(size, count * min(lag, row_reach(size.height, size.state)), size.height))
