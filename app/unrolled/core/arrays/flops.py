"""What the steps of the algorithms cost, in flops of a large matrix product.

Loops report their work by these functions and estimates add it up by them, so that the share that is done is a share of
the same thing. What is bound by memory or by calls counts by the time it takes on one core, fitted at H = 1 … 256 with
NumPy's own BLAS. Of shapes (R, C) are the products, S is the size of the state.
"""

# The calls around one step of a loop, and those that make the Jacobians of a layer for it.
CALL = 8e5
_CALLS = {1: 2e5, 3: 2.7e6, 4: 2.7e6}
# What a pass over one entry takes, and what makes the Jacobians of one product: an entry of S², and a fixed part.
ENTRY = 60.0
_JACOBIAN = {1: (4.0, 0.0), 3: (120.0, 3e4), 4: (110.0, 5e4)}
_STACKED = {1: (60.0, 1e4), 3: (200.0, 3e4), 4: (220.0, 5e4)}
# Of an LSTM by itself, half of the joint Jacobian is diagonal and is not multiplied.
_HALF = 4
_GRAM_ENTRY, _CELL, _NORM_CALL, _INSPECTION = 40.0, 400.0, 2e6, 300.0
_ENCLOSURE, _ENCLOSURE_ENTRY = 6e4, 28.0


def forward_step(gates: int, hidden: int) -> float:
    """Count one step of one layer of the forward pass; short products take the time of their calls."""
    return 2.0 * gates * hidden**2 + (1e5 if gates == 1 else 4e5)


def product_step(gates: int, layers: int, width: int, size: int) -> float:
    """Count one step of one product of `width` columns, its Jacobian included."""
    entry, fixed = (_JACOBIAN if layers == 1 else _STACKED)[gates]
    product = (1.0 if gates == _HALF and layers == 1 else 2.0) * width * size**2
    return product + ENTRY * width * size + entry * size**2 + fixed * layers


def step_calls(gates: int, layers: int) -> float:
    """Count the calls of one step, however many products take it."""
    return CALL + _CALLS[gates] * layers


def row_step(columns: float, width: int, size: int) -> float:
    """Count one factor multiplied to some columns of a row, each of shape (C, S)."""
    return CALL + columns * (2.0 * width * size**2 + ENTRY * width * size)


def row_norms(columns: float, width: int, height: int) -> float:
    """Count the Frobenius norms of some products of shape (R, C), one call for all of them."""
    return _NORM_CALL + columns * ENTRY * width * height


def inspection(products: float, width: int, height: int) -> float:
    """Count what is read off some products (R, C) after every step."""
    return products * _INSPECTION * width * height


def gram_rectangle(rows: float, columns: float, width: int, size: int) -> float:
    """Count Gram matrices of some columns (C, S), and their products with those of some rows."""
    return CALL + columns * size**2 * (2.0 * width + 2.0 * rows + _GRAM_ENTRY) + _CELL * rows * columns


def qr_step(size: int) -> float:
    """Count one step of one QR sweep; all singular values take two sweeps, or three."""
    return 12.0 * size**3 + 2e6


def jacobi_rotations(size: int) -> float:
    """Count the rotations of all pairs of rows that give the singular values of one product."""
    return 5e5 * size**2


def enclosure(cells: float, size: int) -> float:
    """Count passes and calls around the enclosure of the largest singular values of some cells, their steps apart."""
    return cells * (_ENCLOSURE + _ENCLOSURE_ENTRY * size**2)
