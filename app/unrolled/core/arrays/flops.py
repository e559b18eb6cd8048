"""What the steps of the algorithms cost: loops report their work by these formulas, and estimates add it up by them.

Work is counted in flops, by its leading order, T steps, states of size S, products of shape (R, C). What is no product
counts as flops by two rates, the same in all loops and of the right order on any processor of today: while Python makes
a call, some µs, a core multiplies and adds tens of thousands of numbers; while an entry passes through memory, some ns,
tens of them. Large products swamp both; without them a bar would stand still where matrices are small.
"""

CALL, ENTRY = 2.5e4, 25.0
# Calls of one step of a loop around its product, and those that make the Jacobian of a layer out of each gate.
_STEP, _GATE = 20, 25
# Passes over what enters a gate, which is new memory; what is read off a product; what SVD and QR decompose.
_ENTERING, _READ, _DIAGONALISED, _DECOMPOSED = 8, 12, 16, 40
# Calls and passes for every round of rotations of disjoint pairs of rows.
_ROUND_CALLS, _ROUND_PASSES = 40, 6


def forward_step(gates: float, hidden: int) -> float:
    """Count one step of one layer's recurrence."""
    return 2.0 * gates * hidden**2 + 4.0 * gates * CALL


def entering_step(rows: float, width: int) -> float:
    """Count what enters all gates (G·H) of a layer at one step, out of inputs of so many numbers."""
    return rows * (2.0 * width + _ENTERING * ENTRY)


def product_step(gates: float, dense: int, width: int, size: int) -> float:
    """Count one step of one product (C, S), its Jacobian included, which has `dense` columns that are not diagonal."""
    return 2.0 * width * size * dense + ENTRY * size * (2.0 * width + gates * size)


def step_calls(gates: float, layers: int) -> float:
    """Count the calls of one step, however many products take it."""
    return CALL * (_STEP + _GATE * gates * layers)


def row_step(columns: float, width: int, size: int) -> float:
    """Count one factor multiplied to some columns of a row, each of shape (C, S)."""
    return _STEP * CALL + columns * 2.0 * width * size * (size + ENTRY)


def inspection(products: float, width: int, height: int) -> float:
    """Count what is read off some products (R, C) at once."""
    return _STEP * CALL + products * _READ * ENTRY * width * height


def gram_rectangle(rows: float, columns: float, width: int, size: int) -> float:
    """Count Gram matrices of some columns (C, S), and their products with those of some rows."""
    squares = columns * size**2 * 2.0 * (width + rows + ENTRY)
    return _STEP * CALL + squares + _READ * ENTRY * rows * columns


def determinant_step(size: int) -> float:
    """Count the determinant of one matrix, with the bound of its error: QR, the inverse, and five products."""
    return _STEP * CALL + 15.0 * size**3 + _DECOMPOSED * ENTRY * size**2


def singular_values(width: int, height: int) -> float:
    """Count the singular values of one matrix, without vectors; that of a single row is its length."""
    small, large = min(width, height), max(width, height)
    if small == 1:
        return ENTRY * large
    return 10.0 * small**2 * large + _DIAGONALISED * ENTRY * small**2 + 0.25 * CALL * small


def qr_step(size: int, width: int) -> float:
    """Count one factor multiplied to a basis (S, C) that is made orthonormal again, with the rows it leaves."""
    products = 2.0 * width * (size**2 + 4.0 * size * width + width**2)
    return products + _DECOMPOSED * ENTRY * size * width + CALL * (2.0 * _DECOMPOSED + 3.0 * width)


def jacobi_sweep(size: int) -> float:
    """Count the rotations of all pairs of rows (S, S), once."""
    return size * (_ROUND_CALLS * CALL + _ROUND_PASSES * ENTRY * size**2)


def gradient_step(rows: float, gates: float, states: float, hidden: int, layers: int) -> float:
    """Count some gradients, a row each, one step back through some layers of `states` · H numbers each."""
    between = 2.0 * layers - 1.0
    return _STEP * CALL * layers + rows * (
        2.0 * between * gates * hidden**2 + ENTRY * layers * (states + gates) * hidden
    )
