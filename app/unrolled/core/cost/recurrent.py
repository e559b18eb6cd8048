"""The work of a triangle, known before anything is allocated: what its loops will report, or close to it."""

from dataclasses import dataclass

from unrolled.core.arrays import flops as work
from unrolled.core.arrays.types import Norm
from unrolled.core.jacobians.blocks import CHUNK_ENTRIES
from unrolled.core.norms.frobenius import GROUP
from unrolled.core.norms.spectral import DENSE_SIZE
from unrolled.core.norms.triangle import CARRIED_WIDTH

# Enclosing one largest singular value between two others of the same column, and what multiplying out the short lags
# of a column takes; nearly equal values, which are decomposed, take up to ten times as long.
_CELL_SQUARE = 7.0
_SHORT_FIXED, _SHORT_CUBE, _SHORT_WIDTH = 8e6, 15.0, 80.0
_BYTES = 8
# Memory, in numbers. A forward pass: what a layer leaves at each step for each unit, and what the last takes besides.
_TRACE_NUMBERS, _LAST_NUMBERS = {"rnn": 4.1, "gru": 5.2, "lstm": 6.2}, {"rnn": 2.2, "gru": 3.2, "lstm": 4.2}
_STEP = 14.0
_GATE_NUMBERS = {"rnn": 4.2, "gru": 9.5, "lstm": 12.5}
# Of what is held at once, and the room that chunks of it take.
_HELD, _ROOM, _ENCLOSING = 1.1, 2.0**20, 2.4e6
_RUNNING = 3.2


@dataclass(frozen=True)
class Cost:
    """Estimated work: floating-point operations (in units of a matrix product's) and peak memory in bytes."""

    flops: float
    bytes: float


@dataclass(frozen=True)
class Size:
    """Sizes of a network, T, H, L and D, and of the derivative through it.

    ``state`` is S, the entries of the joint state of the layers that take part; ``width`` and ``height`` are those of
    ``wrt`` and ``of``.
    """

    model: str
    length: int
    hidden: int
    layers: int
    input_size: int
    state: int
    width: int
    height: int

    @property
    def gates(self) -> int:
        """Row blocks of a recurrent matrix."""
        return {"rnn": 1, "gru": 3, "lstm": 4}[self.model]

    @property
    def joint_layers(self) -> int:
        """How many layers take part in the joint state."""
        return self.state // (self.hidden * (2 if self.model == "lstm" else 1))

    @property
    def call_flops(self) -> float:
        """Work of the calls of one step of the derivative, however many products take it."""
        return work.step_calls(self.gates, self.joint_layers)


def forward_cost(size: Size) -> Cost:
    """Estimate the forward pass and what it leaves behind."""
    entering = size.input_size + (size.layers - 1) * size.hidden
    step = size.layers * work.forward_step(size.gates, size.hidden) + 2.0 * size.gates * size.hidden * entering
    units = _TRACE_NUMBERS[size.model] * size.layers + _LAST_NUMBERS[size.model]
    numbers = size.length * (units * size.hidden + size.input_size + _STEP)
    return Cost(size.length * step, _BYTES * numbers)


def product_step_flops(size: Size, width: int) -> float:
    """Count one step of one product of `width` columns, its Jacobian included."""
    return work.product_step(size.gates, size.joint_layers, width, size.state)


def sample_counts(length: int, resolution: int) -> tuple[int, int]:
    """Count the sampled steps of a sequence, and give how far apart they are."""
    stride = -(-length // resolution)
    return -(-length // stride), stride


def triangle_cost(size: Size, resolution: int, norm: Norm) -> Cost:
    """Estimate forward pass, block products, rows and norms, and the largest memory held at once."""
    samples, stride = sample_counts(size.length, resolution)
    state, width = size.state, size.width
    forward = forward_cost(size)
    together = min(max(1, CHUNK_ENTRIES // state**2), max(1, samples - 1))
    blocks = (samples - 1) * stride * (product_step_flops(size, state) + size.call_flops / together)
    if min(width, size.height) == 1 or (norm == "frobenius" and width <= CARRIED_WIDTH):
        rows, held = _running_products_flops(size, samples), _HELD * samples * state * (state + width)
    elif norm == "frobenius":
        rows = _frobenius_flops(size, samples)
        held = _HELD * (samples * state * (state + width) + GROUP * state * (state + width + 2.0 * size.height))
    else:
        # Short lags are multiplied out; the largest value of all other cells is enclosed without that.
        cells = samples * (samples + 1) / 2
        short = _SHORT_FIXED + state**2 * (_SHORT_CUBE * state + _SHORT_WIDTH * width)
        rows = samples * short + work.enclosure(cells, state) + cells * _CELL_SQUARE * state**2
        enclosing = _ENCLOSING if min(width, size.height) > DENSE_SIZE else 0.0
        held = samples * (3.1 * state + 1.15 * width) * state + enclosing
    numbers = held + 4.0 * samples**2 + _ROOM
    return Cost(forward.flops + blocks + rows, forward.bytes + _BYTES * numbers)


def _running_products_flops(size: Size, samples: int) -> float:
    """Count a row of products multiplied on from sample to sample."""
    cells = samples * (samples - 1) / 2
    return samples * work.row_step(0, size.width, size.state) + work.row_step(cells, size.width, size.state)


def _frobenius_flops(size: Size, samples: int) -> float:
    """Count Frobenius norms that meet in the middle, as `norms.frobenius` goes through them group by group."""
    width, state, groups = size.width, size.state, -(-samples // GROUP)
    inside = min(samples, GROUP)
    # Within a group all is multiplied out; one row in a group is to all earlier columns, with its Gram matrices.
    near, far = samples * (inside + 1) / 2, GROUP * (groups - 1) * groups / 2
    onward = samples * work.row_step(1, state, state)
    multiplied = (
        work.row_step(near, width, state) + work.row_step(far, width, state) + samples * work.row_step(0, width, state)
    )
    lengths = samples * work.row_norms(0, width, size.height) + near * work.ENTRY * width * size.height
    return onward + multiplied + lengths + work.gram_rectangle(inside, far, width, state)


def measured_cost(size: Size, resolution: int, norm: Norm) -> Cost:
    """Estimate a triangle and its horizon, which for a sampled sequence is sought step by step between two samples.

    The horizon is counted where it lies within the first stride.
    """
    cost, (samples, stride) = triangle_cost(size, resolution, norm), sample_counts(size.length, resolution)
    if stride == 1:
        return cost
    width, state = size.width, size.state
    inspected = work.inspection(samples, width, size.height)
    between = (stride - 1) * (size.call_flops + samples * product_step_flops(size, width) + inspected)
    if norm == "spectral":
        between += 16 * samples * svd_flops(width, size.height)
    # All products at once, what is read off them and, beyond the first stride, the blocks.
    held = samples * state * (_RUNNING * width + state) + _ROOM
    return Cost(cost.flops + between, max(cost.bytes, forward_cost(size).bytes + _BYTES * held))


def svd_flops(width: int, height: int) -> float:
    """Count a values-only SVD of one matrix among many."""
    small, large = min(width, height), max(width, height)
    return 10.0 * small**2 * large + 1.0e3 * small**2 + 2.0e4 * small


def gate_bytes(size: Size) -> float:
    """Estimate the bytes that the gates or slopes of all steps of a layer take together."""
    return _BYTES * _GATE_NUMBERS[size.model] * size.length * size.hidden
