"""How much work a picture is, known before anything is allocated."""

from dataclasses import dataclass

from app.core.frobenius import GROUP
from app.core.triangle import Norm

# Everything is counted in flops of a large matrix product; what is bound by memory or by the call itself is counted by
# the time it takes on one core, fitted at H = 1 … 256 with NumPy's own BLAS.
_STEP, _STEP_OVERHEAD = 2.0, 4e5
_GATED_OVERHEAD = 2e6
_ROW_OVERHEAD = 6.0e5
_BLOCK_ENTRY = 60.0
_CELL_ENTRY = 200.0
_GRAM_ENTRY = 4.0
# Enclosing one largest singular value between two others of the same column; nearly equal values take a few times more.
_CELL_FIXED, _CELL_SQUARE = 5e3, 60.0
_SHORT_FIXED, _SHORT_CUBE, _SHORT_PRODUCT = 1e7, 50.0, 130.0
_JACOBIAN_ENTRY = {"rnn": 4.0, "gru": 90.0, "lstm": 60.0}
_BYTES = 8


@dataclass(frozen=True)
class Cost:
    """Estimated work: floating-point operations (in units of a matrix product's) and peak memory in bytes."""

    flops: float
    bytes: float


@dataclass(frozen=True)
class Size:
    """How large a network and the derivative through it are.

    Attributes
    ----------
    model : str
        A name out of ``MODELS``.
    length, hidden, layers, input_size : int
        T, H, L and D.
    state : int
        S, the entries of the joint state of the layers that take part.
    width, height : int
        C and R, the entries of ``wrt`` and ``of``.
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


def forward_cost(size: Size) -> Cost:
    """Estimate the forward pass and what it leaves behind.

    Parameters
    ----------
    size : Size
        How large everything is.

    Returns
    -------
    Cost
        The estimate.
    """
    entering = size.input_size + (size.layers - 1) * size.hidden
    products = _STEP * size.gates * size.hidden * (size.hidden * size.layers + entering)
    overhead = size.layers * (_STEP_OVERHEAD if size.model == "rnn" else _GATED_OVERHEAD)
    numbers = size.length * (size.layers * (size.gates + 6.0) * size.hidden + size.input_size)
    return Cost(size.length * (products + overhead), _BYTES * numbers)


def carry_flops(size: Size, width: int) -> float:
    """Count one step of one product of `width` columns, its Jacobian included."""
    jacobian = _JACOBIAN_ENTRY[size.model] * size.state**2 + (0.0 if size.model == "rnn" else 3.0e4)
    return 2.0 * width * size.state**2 + _BLOCK_ENTRY * width * size.state + jacobian


def triangle_cost(size: Size, resolution: int, norm: Norm) -> Cost:
    """Estimate forward pass, block products, rows and norms, and the largest memory held at once.

    Parameters
    ----------
    size : Size
        How large everything is.
    resolution : int
        G.
    norm : {"spectral", "frobenius"}
        How cells are measured.

    Returns
    -------
    Cost
        The estimate.
    """
    samples = min(size.length, resolution)
    cells = samples * (samples + 1) / 2
    state, width = size.state, size.width
    forward = forward_cost(size)
    blocks = size.length * carry_flops(size, state)
    carried = 2.0 * width * state**2
    held = 1.1 * state + 1.15 * width
    if norm == "spectral":
        # Short lags are multiplied out; the largest value of all other cells is enclosed without that.
        short = _SHORT_FIXED + _SHORT_CUBE * state**3 + _SHORT_PRODUCT * state * width * size.height
        rows, held = samples * short + cells * (_CELL_FIXED + _CELL_SQUARE * state**2), held + state
    else:
        # One row in a group is multiplied out to all columns, with its Gram matrices, and the triangles within groups.
        multiplied = 2.0 * cells / GROUP + samples * GROUP / 2
        rows = 2.0 * multiplied * carried + cells * _GRAM_ENTRY * state**2
    numbers = samples * held * state + 4.0 * samples**2 + 2.0**21
    return Cost(forward.flops + blocks + samples * _ROW_OVERHEAD + rows, forward.bytes + _BYTES * numbers)


def measured_cost(size: Size, resolution: int, norm: Norm) -> Cost:
    """Estimate a triangle and its horizon, which for a sampled sequence is sought step by step between two samples.

    Parameters
    ----------
    size, resolution, norm
        As `triangle_cost`.

    Returns
    -------
    Cost
        The estimate; the horizon is counted where it is dearest.
    """
    cost, samples = triangle_cost(size, resolution, norm), min(size.length, resolution)
    if samples == size.length:
        return cost
    between = size.length * (carry_flops(size, size.width) + _GRAM_ENTRY * size.width * size.height)
    if norm == "spectral":
        between += 16 * samples * svd_flops(size.width, size.height)
    return Cost(cost.flops + between, cost.bytes)


def svd_flops(width: int, height: int) -> float:
    """Count a values-only SVD of one matrix among many."""
    small, large = min(width, height), max(width, height)
    return 10.0 * small**2 * large + 1.0e3 * small**2 + 2.0e4 * small
