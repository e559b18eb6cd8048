"""The self-checks of a chain by their names, and the names of those that fail."""

from collections.abc import Callable

from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.checks.laws import law_checks, triangle_checks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.triangle import triangle


def checked(
    chain: JacobianChain,
    norm: Norm = "spectral",
    corrupt: Callable[[Array], None] | None = None,
    per_step: float | None = None,
):
    grid = square_grid(sample_steps(chain.length, 256))
    sizes = triangle(chain, grid, norm)
    if corrupt is not None:
        corrupt(sizes)
    checks = law_checks(chain, per_step) + triangle_checks(chain, grid, sizes, norm)
    return {check.name: check for check in checks}


def failed(chain: JacobianChain, norm: Norm = "spectral") -> list[str]:
    return [name for name, check in checked(chain, norm).items() if not check.passed]
