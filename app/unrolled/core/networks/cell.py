"""What a recurrent layer is made of: its gates, its states, its parameters and its forward pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from unrolled.core.arrays.types import Array
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.weights import Weights


@dataclass(frozen=True)
class Cell:
    """One kind of layer: `gates` are the blocks of rows of its matrices, `states` what it carries on, the output first.

    `run` computes one layer over inputs (T, D) from a state (S,); it raises Overflow, which names the step. `memory`
    has the gates whose biases make it remember, the one that keeps the past first: 1.0 where a large bias keeps or −1.0
    where it forgets. `factors` name what multiplies the gradient unit by unit, as `LayerTrace.unit_factors` gives it;
    `factor_words` are what one and several of the first of them are called. Without `has_recurrent_matrix` there is no
    ``weight_hh``: the gates read the input alone.
    """

    gates: tuple[str, ...]
    states: tuple[str, ...]
    run: Callable[[Architecture, Weights, Array, Array], LayerTrace]
    memory: Mapping[str, float] = field(default_factory=dict)
    factors: tuple[str, ...] = ()
    factor_words: tuple[str, str] = ("gate", "gates")
    has_recurrent_matrix: bool = True

    @property
    def keeps(self) -> str:
        """The gate whose bias makes it remember; empty when there is none."""
        return next(iter(self.memory), "")
