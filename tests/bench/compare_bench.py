"""A full comparison: eight by eight networks at T = 64 and H = 32, as events over the wire."""

import statistics
import time
from collections.abc import Iterator
from urllib.request import urlopen

from tests.bench.row import Row
from tests.bench.server import Site, serving

_VALUES = "rows=activation&row_values=tanh,sigmoid,relu,leaky_relu,elu,selu,gelu,silu"
_GAINS = "columns=gain&column_values=0.5,0.6,0.7,0.8,0.9,1,1.1,1.2"
_ROUNDS = 5


def run() -> Iterator[Row]:
    """Time the first tile and the last one of a comparison that nobody has asked for before.

    Yields
    ------
    Row
        One row of the table in the README.
    """
    with serving() as (site, _):
        took = [_measured(site, seed) for seed in range(1, _ROUNDS + 1)]
    for name, index, promised in (("first tile", 0, "300 ms"), ("all 64 tiles", 1, "2,000 ms")):
        ms = [durations[index] for durations in took]
        note = f"slowest of {_ROUNDS}: {max(ms):,.0f} ms; promised: under {promised}"
        yield Row(f"comparison of 8 × 8 networks, T = 64, H = 32 → {name}", f"{statistics.median(ms):,.0f} ms", note)


def _measured(site: Site, seed: int) -> tuple[float, float]:
    """Give the milliseconds up to the first tile, and up to the end."""
    start, first, tiles = time.perf_counter(), 0.0, 0
    with urlopen(f"{site.address}/api/v1/compare/stream?length=64&hidden=32&seed={seed}&{_VALUES}&{_GAINS}") as answer:
        for line in answer:
            if line.startswith(b"event: tile"):
                tiles += 1
                first = first or time.perf_counter() - start
    if tiles != 64:
        raise RuntimeError(f"{tiles} of 64 tiles came")
    return 1e3 * first, 1e3 * (time.perf_counter() - start)
