"""Numbers of any size brought to mean 0 and deviation 1, and what was done to them in words."""

import numpy as np

from unrolled.core.arrays.types import Array

# What varies less than this, beside its size, varies by rounding only.
_FLAT = 1e-12


def standardise(values: Array, name: str) -> tuple[Array, tuple[str, ...]]:
    """Scale all numbers to mean 0 and deviation 1, zeros where all are equal; and say so, of a name in the plural."""
    scale = np.abs(values).max() or 1.0
    centred = values / scale
    middle = np.mean(centred)
    centred -= middle
    deviation = float(np.sqrt(np.mean(np.square(centred))))
    if deviation <= _FLAT:
        return np.zeros(values.shape), (f"{name} are all equal: standardised, they are 0 at every step.",)
    centred /= deviation
    note = (
        f"{name} are standardised: {scale * middle:.4g} becomes 0 and a deviation of {scale * deviation:.4g} becomes 1."
    )
    return centred, (note,)


def standardise_columns(values: Array) -> tuple[Array, int]:
    """Scale every column of moderate numbers (n, D) to mean 0 and deviation 1, in place, for they may be many.

    Zeros where a column never changes; also gives how many do not.
    """
    deviations = values.std(axis=0)
    is_flat = deviations <= _FLAT
    values -= values.mean(axis=0)
    values /= np.where(is_flat, 1.0, deviations)
    values[:, is_flat] = 0.0
    return values, int(is_flat.sum())
