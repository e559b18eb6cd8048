"""Refusing a forward pass that left the range of float64, with the step at which it did."""

from collections.abc import Iterable

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.errors import Overflow

_BOUNDED = ", or choose an activation that is bounded, such as tanh"


def require_finite(arrays: Iterable[Array], label: str, what: str = "the state", *, is_bounded: bool = True) -> None:
    """Hold the arrays (T, n) of a forward pass to finite numbers; advise a bounded activation where it would help.

    Raises Overflow, which names the first step that is not finite, and what to lower.
    """
    broken = np.any([~np.isfinite(array).all(axis=1) for array in arrays], axis=0)
    if broken.any():
        step = int(np.argmax(broken)) + 1
        raise Overflow(
            f"With {label} {what} grows without limit and leaves the range of float64 at step {step}: "
            f"lower gain, amplitude or length (to less than {step})"
            f"{_BOUNDED if is_bounded else ''}."
        )
