"""Whether a matrix is singular, or nilpotent, decided exactly: float64 numbers are integers times powers of two.

Bareiss 1968, "Sylvester's identity and multistep integer-preserving Gaussian elimination".
"""

import math

import numpy as np

from unrolled.core.arrays.types import Array

# Beyond so many products of so many bits an exact determinant takes seconds.
_MOST_WORK = 1e9
# Residues below this prime have sums of products, up to 512 of them, that float64 holds exactly.
_PRIME = 4_194_301
# Powers of matrices up to this size are multiplied out exactly where that is all that can tell.
_MOST_EXACT = 64


def log_determinant(matrix: Array) -> float | None:
    """Compute ln |det| of a finite matrix (n, n), −inf where it is exactly singular; None where that takes too long."""
    if not (matrix.any(axis=0).all() and matrix.any(axis=1).all()):
        return -math.inf
    rows, total = list[list[int]](), 0.0
    for row in matrix:
        numbers, power = _integers(row)
        divisor = math.gcd(*numbers)
        rows.append([number // divisor for number in numbers])
        total += power * math.log(2.0) + math.log(divisor)
    bits = sum(max(abs(number).bit_length() for number in row) for row in rows)
    if len(rows) ** 3 * bits > _MOST_WORK:
        return None
    determinant = _bareiss(rows)
    return total + math.log(abs(determinant)) if determinant else -math.inf


def is_nilpotent(matrix: Array) -> bool:
    """Tell whether some power of a finite matrix (n, n), n ≤ 512, is exactly zero; a large one only by its pattern."""
    doublings = max(len(matrix) - 1, 1).bit_length()
    paths = (matrix != 0.0).astype(np.float32)
    for _ in range(doublings):
        paths = np.minimum(paths @ paths, 1.0)
    if not paths.any():
        return True
    residues = _residues(matrix)
    for _ in range(doublings):
        residues = np.fmod(residues @ residues, _PRIME)
    if residues.any() or len(matrix) > _MOST_EXACT:
        return False
    # No residue is left: nearly always because nothing is, which whole numbers tell.
    exact = np.array(_integers(matrix.ravel())[0], dtype=object).reshape(matrix.shape)
    for _ in range(doublings):
        exact = exact @ exact
    return not exact.any()


def _residues(matrix: Array) -> Array:
    """Give numbers, or integers times powers of two, modulo the prime."""
    mantissas, exponents = np.frexp(matrix)
    whole = np.mod((mantissas * 2.0**53).astype(np.int64), _PRIME)
    powers, places = np.unique(exponents, return_inverse=True)
    factors = np.array([pow(2, int(power) - 53, _PRIME) for power in powers], dtype=np.int64)
    return np.mod(whole * factors[places.reshape(matrix.shape)], _PRIME).astype(np.float64)


def _integers(values: Array) -> tuple[list[int], int]:
    """Give finite numbers as integers that all have the same power of two, which is given too."""
    mantissas, exponents = np.frexp(values)
    whole, powers = (mantissas * 2.0**53).astype(np.int64).tolist(), (exponents - 53).tolist()
    least = min((power for number, power in zip(whole, powers, strict=True) if number), default=0)
    return [number << (power - least) if number else 0 for number, power in zip(whole, powers, strict=True)], least


def _bareiss(rows: list[list[int]]) -> int:
    """Compute the determinant of integers up to its sign, by elimination without fractions; it uses up the rows."""
    before = 1
    while len(rows) > 1:
        place = next((index for index, row in enumerate(rows) if row[0]), None)
        if place is None:
            return 0
        pivot = rows.pop(place)
        rows = [
            [(pivot[0] * number - row[0] * above) // before for number, above in zip(row[1:], pivot[1:], strict=True)]
            for row in rows
        ]
        before = pivot[0]
    return rows[0][0]
