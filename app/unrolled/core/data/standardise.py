"""Numbers of any size brought to mean 0 and deviation 1, and what was done to them in words."""

import numpy as np

from unrolled.core.arrays.types import Array

# What varies less than this, beside its size, varies by rounding only.
_FLAT = 1e-12


def standardise(values: Array, name: str) -> tuple[Array, tuple[str, ...]]:
    """Scale numbers to mean 0 and deviation 1, over all of them.

    Parameters
    ----------
    values : array of any shape
        Finite numbers.
    name : str
        What they are, in the plural, at the beginning of a sentence.

    Returns
    -------
    scaled : array of the same shape
        The numbers; zeros where they are all equal.
    told : tuple of str
        One sentence.
    """
    scale = np.abs(values).max() or 1.0
    centred = values / scale
    middle = np.mean(centred)
    centred -= middle
    deviation = float(np.sqrt(np.mean(np.square(centred))))
    if deviation <= _FLAT:
        return np.zeros(values.shape), (f"{name} are all equal: standardised, they are 0 at every step.",)
    centred /= deviation
    told = (
        f"{name} are standardised: {scale * middle:.4g} becomes 0 and a deviation of {scale * deviation:.4g} becomes 1."
    )
    return centred, (told,)


def standardise_columns(values: Array) -> tuple[Array, int]:
    """Scale every column to mean 0 and deviation 1, in place.

    Parameters
    ----------
    values : array of shape (n, D)
        Finite numbers of moderate size; they are written over, for they may be many.

    Returns
    -------
    scaled : array of shape (n, D)
        The same array; zeros where a column never changes.
    flat : int
        How many never change.
    """
    deviations = values.std(axis=0)
    is_flat = deviations <= _FLAT
    values -= values.mean(axis=0)
    values /= np.where(is_flat, 1.0, deviations)
    values[:, is_flat] = 0.0
    return values, int(is_flat.sum())
