"""The networks that are timed, and timing in turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.models import initial_parameters, make_network
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.chain import JacobianChain, jacobian_chain
from unrolled.core.networks.network import RecurrentNetwork
from unrolled.core.norms.triangle import triangle

REST = 0.1


@dataclass(frozen=True)
class Net:
    """A network near the edge of chaos with white noise for it."""

    network: RecurrentNetwork
    parameters: dict[str, Array]
    inputs: Array

    @classmethod
    def drawn(cls, model: str, length: int, hidden: int) -> "Net":
        """Draw one layer."""
        network, rng = make_network(model, 1, hidden), np.random.default_rng(0)
        return cls(network, initial_parameters("gaussian", 1.0, network, rng), rng.standard_normal((length, 1)))

    def chain(self) -> JacobianChain:
        """Run it."""
        return jacobian_chain(self.network.run(self.parameters, self.inputs))

    def all_pairs(self, norm: Norm = "frobenius") -> Array:
        """Do all of it: forward pass and triangle."""
        steps = sample_steps(len(self.inputs), len(self.inputs))
        return triangle(self.chain(), square_grid(steps), norm)

    def flops(self, length: int) -> float:
        """Count what multiplying out all pairs takes: T²/2 products of (S × S) and (S × H)."""
        state, hidden = self.network.state_size, self.network.hidden_size
        return float(length**2 * state**2 * hidden)


def plain_product(flops: float) -> tuple[int, Callable[[], object]]:
    """Give the side of one square float64 product of so many flops, and the product."""
    side = round((flops / 2.0) ** (1 / 3))
    matrix = np.random.default_rng(1).standard_normal((side, side))
    return side, lambda: matrix @ matrix


def in_turns(repeats: int, *works: Callable[[], object], warm: bool = True) -> tuple[float, ...]:
    """Give each work's median seconds over rounds in which each is done once, after one call to warm up if need be.

    Before each there is a short rest: the idle threads of one library spin for a while and would slow the other.
    """
    seconds: list[list[float]] = [[] for _ in works]
    for work in works if warm else ():
        work()
    for _ in range(repeats):
        for work, durations in zip(works, seconds, strict=True):
            time.sleep(REST)
            start = time.perf_counter()
            work()
            durations.append(time.perf_counter() - start)
    return tuple(statistics.median(durations) for durations in seconds)
