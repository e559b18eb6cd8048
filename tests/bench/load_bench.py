"""Requests at once: how the cores are shared between them."""

import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tests.bench.row import Row
from tests.bench.server import Site, serving

_PATH = "/api/v1/influence/figure?length=256&hidden=64&norm=frobenius&resolution=256&seed="
_LONG = "/api/v1/influence/figure?length=8192&hidden=64&norm=frobenius&seed="
_ROUNDS = 5


def run() -> Iterator[Row]:
    """Measure one, two and four different requests at once.

    Yields
    ------
    Row
        One row of the table in the README.
    """
    seeds = count()
    with serving() as (site, _):
        for name, path in (("T = 256, H = 64, all pairs", _PATH), ("T = 8,192, H = 64", _LONG)):
            yield _row(site, name, path, seeds)


def _row(site: Site, name: str, path: str, seeds: Iterator[int]) -> Row:
    """Time 1, 2 and 4 requests that share nothing, in turns."""
    durations: dict[int, list[float]] = {1: [], 2: [], 4: []}
    _at_once(site, path, seeds, 2)
    for _ in range(_ROUNDS):
        for at_once, seconds in durations.items():
            seconds.append(_at_once(site, path, seeds, at_once))
    one, two, four = (statistics.median(durations[count]) for count in (1, 2, 4))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Row(
        f"{name}, computed: pictures a second with 2 and 4 requests at once ÷ with one ({cores} cores)",
        f"{2 * one / two:.2f} and {4 * one / four:.2f}",
        f"{1e3 * one:.0f}, {1e3 * two:.0f} and {1e3 * four:.0f} ms for 1, 2 and 4; medians of {_ROUNDS} in turns; "
        "BLAS has one thread; the one that is alone has all cores, and those at the same time divide them",
    )


def _at_once(site: Site, path: str, seeds: Iterator[int], at_once: int) -> float:
    """Send some requests at the same time; give the seconds until the last answer."""
    paths = [f"{path}{next(seeds)}" for _ in range(at_once)]
    sites = [Site(site.port) for _ in paths]
    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda pair: pair[0].get(pair[1]), zip(sites, paths, strict=True)))
    return time.perf_counter() - start
