"""What a recurrent model's forward pass must offer to the algorithms of this package."""

from typing import Protocol

from app.core.arrays import Array, Steps


class Trace(Protocol):
    """A forward pass that knows its one-step Jacobians J_t = ∂s_t/∂s_{t−1}."""

    @property
    def length(self) -> int:
        """Number of steps T."""
        ...

    @property
    def state_size(self) -> int:
        """Size S of the recurrent state s."""
        ...

    def jacobians(self, steps: Steps) -> Array:
        """Give the one-step Jacobians at some 1-based steps, shape (n, S, S)."""
        ...
