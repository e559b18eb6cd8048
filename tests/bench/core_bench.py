"""All pairs ∂h_t/∂h_k beside one plain matrix product, and beside the two ways a PyTorch user would take them.

Everything is held to one thread, ours and theirs: one computation of the server has one core. Things that are compared
are timed in turns, so that whatever else the machine does meets all of them alike.
"""

from collections.abc import Callable, Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from tests.bench.nets import Net, in_turns, plain_product
from tests.bench.row import Row
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.loss.credit import credit
from unrolled.core.loss.gradient import loss_graph
from unrolled.core.loss.losses import next_targets
from unrolled.core.networks.weights import Readout
from unrolled.core.norms.triangle import triangle

LENGTH, HIDDEN = 256, 64
PYTORCH_LENGTH = 128
# Rows of a gated network take PyTorch most of a minute at 128 steps.
ROWS_LENGTH = {"rnn": 128, "lstm": 48, "gru": 48}
MODELS = ("rnn", "lstm", "gru")


def run() -> Iterator[Row]:
    """Measure the core, a row of the README's table at a time."""
    with threadpool_limits(limits=1):
        for model in MODELS:
            yield _against_one_product(model)
        for model in MODELS:
            yield _credit_against_the_triangle(model)
        for model in MODELS:
            yield _spectral_against_one_product(model)
        for model in MODELS:
            yield from _against_pytorch(model)
        yield _default_page()


def _against_one_product(model: str) -> Row:
    """Time all pairs and one square float64 product of the flops that multiplying them out takes, in turns."""
    net = Net.drawn(model, LENGTH, HIDDEN)
    chain, grid = net.chain(), square_grid(sample_steps(LENGTH, LENGTH))
    flops = net.flops(LENGTH)
    side, product = plain_product(flops)
    ours, plain = in_turns(7, lambda: triangle(chain, grid, "frobenius"), product)
    return Row(
        f"all pairs, {model}, T = {LENGTH}, H = {HIDDEN}, Frobenius ÷ one {side:,}³ float64 product "
        f"(T²S²H = {flops / 1e9:.0f} GFLOP, S = {chain.state_size})",
        f"{ours / plain:.2f}",
        f"{1e3 * ours:.0f} ms ÷ {1e3 * plain:.0f} ms, medians of 7 in turns; promised: at most 1.3",
    )


def _credit_against_the_triangle(model: str) -> Row:
    """Time the credit of all pairs beside the triangle of the same size."""
    net = Net.drawn(model, LENGTH, HIDDEN)
    trace, rng = net.network.run(net.parameters, net.inputs), np.random.default_rng(2)
    readout = Readout(rng.standard_normal((1, HIDDEN)), rng.standard_normal(1))
    steps, targets = np.arange(1, LENGTH + 1), next_targets(net.inputs)
    chain, grid = net.chain(), square_grid(sample_steps(LENGTH, LENGTH))
    shares, norms = in_turns(
        15,
        lambda: credit(loss_graph(trace, readout, targets), targets.steps, steps),
        lambda: triangle(chain, grid, "frobenius"),
    )
    return Row(
        f"credit of all pairs, {model}, T = {LENGTH}, H = {HIDDEN}, a loss at every step ÷ the Frobenius triangle",
        f"{shares / norms:.2f}",
        f"{1e3 * shares:.1f} ms ÷ {1e3 * norms:.0f} ms, medians of 15 in turns; promised: at most 0.3",
    )


def _spectral_against_one_product(model: str) -> Row:
    """Time the exact spectral norms of all pairs and one square float64 product of their plain flops."""
    net = Net.drawn(model, LENGTH, HIDDEN)
    chain, grid = net.chain(), square_grid(sample_steps(LENGTH, LENGTH))
    side, product = plain_product(net.flops(LENGTH))
    spectral, plain = in_turns(5, lambda: triangle(chain, grid, "spectral"), product)
    return Row(
        f"all pairs, {model}, T = {LENGTH}, H = {HIDDEN}: exact spectral norms ÷ one {side:,}³ float64 product",
        f"{spectral / plain:.2f}",
        f"{1e3 * spectral:,.0f} ms ÷ {1e3 * plain:,.0f} ms, medians of 5 in turns; promised: at most 2",
    )


def _against_pytorch(model: str) -> Iterator[Row]:
    """Time the same work done by PyTorch in float64, where it is installed."""
    try:
        from tests.bench import torch_pairs  # PyTorch is not everywhere
    except ModuleNotFoundError:
        yield Row(f"all pairs beside PyTorch, {model}", "–", "PyTorch not installed: `make oracle` installs it")
        return
    torch_pairs.one_thread()
    full, short = Net.drawn(model, PYTORCH_LENGTH, HIDDEN), Net.drawn(model, ROWS_LENGTH[model], HIDDEN)
    methods: tuple[tuple[str, Net, int, float, Callable[[], np.ndarray]], ...] = (
        ("vmap(jacrev) of the step with chained products", full, 7, 2, lambda: torch_pairs.chained(model, full)),
        ("torch.autograd.grad, a row at a time", short, 1, 20, lambda: torch_pairs.rows(model, short)),
    )
    for name, net, repeats, promised, method in methods:
        np.testing.assert_allclose(method(), net.all_pairs(), atol=1e-8)
        ours, theirs = in_turns(repeats, net.all_pairs, method, warm=False)
        yield Row(
            f"all pairs, {model}, T = {len(net.inputs)}, H = {HIDDEN}, forward pass included: {name} ÷ ours",
            f"{theirs / ours:,.1f}",
            f"{1e3 * theirs:,.0f} ms ÷ {1e3 * ours:.0f} ms, medians of {repeats} in turns; "
            f"promised: at least {promised:g}",
        )


def _default_page() -> Row:
    """Time forward pass and triangle at the size of the default page."""
    net, grid = Net.drawn("rnn", 32, 16), square_grid(sample_steps(32, 128))
    chain = net.chain()
    forward, spectral = in_turns(41, net.chain, lambda: triangle(chain, grid, "spectral"))
    return Row(
        "T = 32, H = 16: forward pass + spectral triangle",
        f"{1e3 * (forward + spectral):.1f} ms",
        f"{1e3 * forward:.1f} + {1e3 * spectral:.1f} ms, medians of 41",
    )
