"""Long sequences: a grid of 256 × 256 cells out of up to 65,536 steps, its time and its memory, drawn against T."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from threadpoolctl import threadpool_limits

from tests.bench.cost_plot import draw
from tests.bench.nets import Net, in_turns, plain_product
from tests.bench.row import Row
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.norms.triangle import triangle
from unrolled.runtime.parallel import use_threads

HIDDEN, GRID = 64, 256
LENGTHS = tuple(2**power for power in range(8, 17))
ROOT = Path(__file__).parents[2]
PLOT = ROOT / "docs" / "cost.svg"

# A child's ru_maxrss begins with the size of its parent; its own high-water mark begins anew.
_PEAK = """
import re
from pathlib import Path
from tests.bench.long_bench import LENGTHS, once
once(LENGTHS[-1])
print(1024 * int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]))
"""


def run() -> Iterator[Row]:
    """Measure long sequences, and draw the plot.

    Yields
    ------
    Row
        One row of the table in the README.
    """
    with threadpool_limits(limits=1):
        points = [_point(length) for length in LENGTHS]
    PLOT.write_text(draw(points), encoding="utf-8")
    length, ours, plain, forward = points[-1]
    peak = float(subprocess.run([sys.executable, "-c", _PEAK], cwd=ROOT, capture_output=True, check=True).stdout)
    flops = _flops(length)
    yield Row(
        f"T = {length:,}, H = {HIDDEN}, {GRID} × {GRID} cells, Frobenius ÷ (a plain product of 2TH³ + G²H³ = "
        f"{flops / 1e9:.0f} GFLOP, and the forward pass)",
        f"{(ours + forward) / (plain + forward):.2f}",
        f"{ours:.1f} + {forward:.1f} s ÷ ({plain:.1f} + {forward:.1f}) s, medians of 3 in turns; promised: at most 1.5",
    )
    yield _two_threads(length)
    yield Row(
        f"T = {length:,}, H = {HIDDEN}, {GRID} × {GRID} cells: peak memory of the process",
        f"{peak / 1e6:,.0f} MB",
        "Python and NumPy included; promised: under 500 MB",
    )


def _two_threads(length: int) -> Row:
    """Time one computation that has one thread and one that has two."""
    chain, grid = Net.drawn("rnn", length, HIDDEN).chain(), square_grid(sample_steps(length, GRID))

    def compute(threads: Executor | None) -> None:
        with use_threads(threads):
            triangle(chain, grid, "frobenius")

    with threadpool_limits(limits=1), ThreadPoolExecutor(2) as two:
        one, both = in_turns(3, lambda: compute(None), lambda: compute(two))
    return Row(
        f"T = {length:,}, H = {HIDDEN}, {GRID} × {GRID} cells: one thread ÷ two threads of a computation that is alone",
        f"{one / both:.2f}",
        f"{one:.2f} s ÷ {both:.2f} s, medians of 3 in turns; BLAS has one thread in each",
    )


def once(length: int) -> None:
    """Do all of it once: forward pass and grid."""
    triangle(Net.drawn("rnn", length, HIDDEN).chain(), square_grid(sample_steps(length, GRID)), "frobenius")


def _point(length: int) -> tuple[int, float, float, float]:
    """Time one length: the grid, a plain product of the same flops, and the forward pass, in seconds."""
    net, grid = Net.drawn("rnn", length, HIDDEN), square_grid(sample_steps(length, GRID))
    chain, flops = net.chain(), _flops(length)
    # The largest product is timed as several of a size that fits into memory.
    parts = max(1, round(flops / 2e10))
    _, product = plain_product(flops / parts)
    ours, plain, forward = in_turns(3, lambda: triangle(chain, grid, "frobenius"), product, net.chain)
    return length, ours, parts * plain, forward


def _flops(length: int) -> float:
    """Count 2TH³ + G²H³."""
    return 2.0 * length * HIDDEN**3 + min(GRID, length) ** 2 * float(HIDDEN) ** 3
