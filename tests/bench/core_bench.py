"""All pairs ∂h_t/∂h_k beside one plain matrix product, and beside the two ways a PyTorch user would take them.

Things that are compared are timed in turns, so that whatever else the machine does meets all of them alike.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from app.core.initialisations import initial_parameters
from app.core.rnn import RNN, RNNTrace
from app.core.triangle import sample_steps, triangle
from tests.bench.row import Row

LENGTH, HIDDEN = 256, 64
PYTORCH_LENGTH = 128
REST = 0.1


def run() -> Iterator[Row]:
    """Measure the core.

    Yields
    ------
    Row
        One row of the table in the README.
    """
    yield _against_one_product()
    yield from _against_pytorch()
    yield from _default_page()


def _against_one_product() -> Row:
    """Time all pairs and one square float64 product of the same H³T² flops, in turns."""
    trace, steps = _network(LENGTH, HIDDEN), sample_steps(LENGTH, LENGTH)
    side = round((HIDDEN**3 * LENGTH**2 / 2) ** (1 / 3))
    square = np.random.default_rng(1).standard_normal((side, side))
    ours, plain = _in_turns(9, lambda: triangle(trace, steps, "frobenius"), lambda: square @ square)
    return Row(
        f"all pairs, tanh, T = {LENGTH}, H = {HIDDEN}, Frobenius ÷ one {side}³ float64 product (same H³T² flops)",
        f"{ours / plain:.2f}",
        f"{1e3 * ours:.0f} ms ÷ {1e3 * plain:.0f} ms, medians of 9 in turns; promised: at most 1.5",
    )


def _against_pytorch() -> Iterator[Row]:
    """Time the same work done by PyTorch in float64, where it is installed."""
    try:
        from tests.bench import torch_pairs  # PyTorch is not everywhere
    except ModuleNotFoundError:
        yield Row("all pairs beside PyTorch", "–", "PyTorch not installed: `make oracle` installs it")
        return
    parameters, inputs = _drawn(PYTORCH_LENGTH, HIDDEN)
    truth = _all_pairs(parameters, inputs)
    ways: tuple[tuple[str, int, Callable[[], np.ndarray]], ...] = (
        ("vmap(jacrev) of the step with chained products", 9, lambda: torch_pairs.chained(parameters, inputs)),
        ("torch.autograd.grad, a row at a time", 3, lambda: torch_pairs.rows(parameters, inputs)),
    )
    for name, repeats, way in ways:
        np.testing.assert_allclose(way(), truth, atol=1e-8)
        ours, theirs = _in_turns(repeats, lambda: _all_pairs(parameters, inputs), way)
        yield Row(
            f"all pairs, T = {PYTORCH_LENGTH}, H = {HIDDEN}, forward pass included: {name} ÷ ours",
            f"{theirs / ours:,.1f}",
            f"{1e3 * theirs:,.0f} ms ÷ {1e3 * ours:.0f} ms, medians of {repeats} in turns; promised: more than 1",
        )


def _default_page() -> Iterator[Row]:
    """Time forward pass and triangle at the size of the default page."""
    parameters, inputs = _drawn(32, 16)
    trace, steps = _network(32, 16), sample_steps(32, 128)
    forward, spectral = _in_turns(
        41, lambda: RNN(1, 16, "tanh").run(parameters, inputs), lambda: triangle(trace, steps, "spectral")
    )
    yield Row(
        "T = 32, H = 16: forward pass + spectral triangle",
        f"{1e3 * (forward + spectral):.1f} ms",
        f"{1e3 * forward:.1f} + {1e3 * spectral:.1f} ms, medians of 41",
    )


def _drawn(length: int, hidden: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draw a network near the edge of chaos and white noise for it."""
    rng = np.random.default_rng(0)
    return initial_parameters("gaussian", 1.0, 1, hidden, rng), rng.standard_normal((length, 1))


def _network(length: int, hidden: int) -> RNNTrace:
    """Run the drawn network."""
    return RNN(1, hidden, "tanh").run(*_drawn(length, hidden))


def _all_pairs(parameters: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Do all of it our way: forward pass and triangle."""
    trace = RNN(1, len(parameters["bias_hh_l0"]), "tanh").run(parameters, inputs)
    return triangle(trace, sample_steps(len(inputs), len(inputs)), "frobenius")


def _in_turns(repeats: int, *works: Callable[[], object]) -> tuple[float, ...]:
    """Give each work's median seconds over rounds in which each is done once, after one call to warm up.

    Before each there is a short rest: the idle threads of one library spin for a while and would slow the other.
    """
    seconds: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(repeats):
        for work, taken in zip(works, seconds, strict=True):
            time.sleep(REST)
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    return tuple(statistics.median(taken) for taken in seconds)
