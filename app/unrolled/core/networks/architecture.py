"""What a network is built of: its sizes and choices, whatever its model."""

from dataclasses import dataclass
from typing import Literal

Reset = Literal["after", "before"]


@dataclass(frozen=True)
class Architecture:
    """Sizes D, H and L, and what only some models read.

    `activation` is φ of a vanilla RNN or an MLP; `reset` says where a GRU's reset gate stands. `window` is K of the
    windowed MLP, `key_size` d_k of attention (H where it is None), which with `positions` adds sinusoids to its
    embedding.
    """

    input_size: int
    hidden_size: int
    layers: int = 1
    activation: str = "tanh"
    reset: Reset = "after"
    window: int = 1
    key_size: int | None = None
    positions: bool = False
