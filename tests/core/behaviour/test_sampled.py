"""A horizon read off samples, sharpened, is the horizon of single steps."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.core.nets import Architecture, Derivative, random_rnn, rnn_with, rotation, run
from tests.models import make_network
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.profile import lag_profile
from unrolled.core.behaviour.sampled import profile_from_onset, to_single_lags
from unrolled.core.behaviour.summary import summarise
from unrolled.core.jacobians.product import product as product_of
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.norms.triangle import triangle

NORMS = ["spectral", "frobenius"]


def horizon(chain, resolution, norm="spectral"):
    """Measure the horizon at a resolution, sharpened."""
    steps = sample_steps(chain.length, resolution)
    profile = profile_from_onset(chain, steps, lag_profile(triangle(chain, square_grid(steps), norm), steps), norm)
    return to_single_lags(chain, steps, profile, norm, summarise(profile)).horizon


def horizons(chain, resolution, norm="spectral"):
    """Measure the horizon at a resolution, sharpened, and with every step."""
    return [horizon(chain, count, norm) for count in (resolution, chain.length)]


EVEN = few(
    product(NORMS, [0.05, 0.5, 0.8, 0.93], [8, 25, 60]),
    [("spectral", 0.05, 8), ("spectral", 0.93, 60), ("frobenius", 0.8, 25), ("frobenius", 0.5, 8)],
)


@pytest.mark.parametrize(("norm", "rho", "resolution"), EVEN)
def test_an_even_decay_has_its_horizon_at_every_resolution(norm, rho, resolution):
    sharpened, exact = horizons(rnn_with(rho * rotation(0.3), 200, "identity"), resolution, norm)
    assert sharpened == exact == int(np.floor(3 / -np.log10(rho)))


@pytest.mark.parametrize("activation", few(["tanh", "sigmoid", "softsign"], ["tanh"]))
def test_a_drawn_network_keeps_its_horizon_when_sampled(activation):
    sharpened, exact = horizons(random_rnn(600, 8, activation), 40)
    # The median is over the sampled steps here and over all steps there.
    assert abs(sharpened - exact) <= 1
    assert sharpened % 15 != 0


def test_what_never_falls_stays_without_horizon():
    assert horizons(rnn_with(rotation(0.3), 200, "identity"), 20) == [None, None]


def test_a_chain_that_dies_at_once_has_horizon_zero():
    assert horizons(rnn_with(np.eye(2), 200, "relu", bias=-1.0), 20) == [0, 0]


SAMPLED = [
    (Architecture("lstm"), Derivative("h", "h"), MemoryBias(forget_bias=3.0)),
    (Architecture("lstm"), Derivative("c", "c"), MemoryBias(forget_bias=2.0)),
    (Architecture("lstm"), Derivative("h", "c"), MemoryBias(forget_bias=3.0)),
    (Architecture("lstm"), Derivative("s", "x"), MemoryBias(forget_bias=3.0)),
    (Architecture("gru"), Derivative("h", "x"), MemoryBias(forget_bias=2.5)),
    (Architecture("gru", 1, "before"), Derivative("h", "h"), MemoryBias(forget_bias=2.5)),
    (Architecture("gru", 2), Derivative("h", "h", 2, 1), MemoryBias(forget_bias=1.5)),
    (Architecture("rnn", 2), Derivative("h", "h", 2, 1), MemoryBias()),
]
CHOSEN = [(SAMPLED[2], "spectral"), (SAMPLED[3], "frobenius"), (SAMPLED[5], "spectral"), (SAMPLED[7], "frobenius")]


@pytest.mark.parametrize(("case", "norm"), few(product(SAMPLED, NORMS), CHOSEN), ids=str)
def test_every_derivative_keeps_its_horizon_when_sampled(case, norm):
    architecture, derivative, memory = case
    chain = derivative.chain(run(architecture, 400, 4, memory=memory))
    sharpened, exact = horizons(chain, 50, norm)
    assert abs(sharpened - exact) <= max(1, exact // 20)


ZERO_AT_LAG_0 = [
    (Architecture("lstm"), Derivative("c", "h"), MemoryBias(forget_bias=3.0)),
    (Architecture("lstm"), Derivative("c", "h"), MemoryBias(forget_bias=1.0)),
    (Architecture("lstm", 2), Derivative("c", "h", 2, 2), MemoryBias(forget_bias=1.5)),
]


SETTLED = few(
    product(ZERO_AT_LAG_0, NORMS),
    [(ZERO_AT_LAG_0[0], "spectral"), (ZERO_AT_LAG_0[1], "frobenius"), (ZERO_AT_LAG_0[2], "spectral")],
)


@pytest.mark.parametrize(("case", "norm"), SETTLED, ids=str)
def test_what_is_zero_at_lag_0_has_one_horizon_at_every_resolution(case, norm):
    architecture, derivative, memory = case
    # A settled state: every product of one lag is the same, so that nothing but the reference could differ.
    chain = derivative.chain(run(architecture, 500, 4, memory=memory, amplitude=0.0))
    by_resolution = {resolution: horizon(chain, resolution, norm) for resolution in (16, 31, 128, 500)}
    assert len(set(by_resolution.values())) == 1, by_resolution
    assert by_resolution[500] > 1


def test_the_reference_is_the_first_lag_with_a_path():
    chain = Derivative("c", "h").chain(run(Architecture("lstm"), 300, 4, memory=MemoryBias(forget_bias=2.0)))
    steps = sample_steps(300, 20)
    profile = profile_from_onset(
        chain, steps, lag_profile(triangle(chain, square_grid(steps), "spectral"), steps), "spectral"
    )
    one = [product_of(chain, int(k) + 1, int(k)) for k in steps[:-1]]
    sizes = [np.log10(np.linalg.norm(one_step.matrix, 2)) + one_step.log10_scale for one_step in one]
    assert profile.reference_lag == 1
    assert profile.reference == pytest.approx(float(np.median(sizes)))
    # What is there at lag 0 already stays compared with that.
    identity_first = Derivative("h", "h").chain(run(Architecture("lstm"), 300, 4))
    profile = lag_profile(triangle(identity_first, square_grid(steps), "spectral"), steps)
    assert profile_from_onset(identity_first, steps, profile, "spectral").reference_lag == 0


def test_what_dies_before_the_first_sample_is_felt_all_the_same():
    # Two layers that read each other's past for one step only: their own recurrence is nothing.
    own: dict[str, Array] = {
        f"weight_{architecture}_l{layer}": np.eye(2) for architecture in ("ih", "hh") for layer in (0, 1)
    }
    own |= {"weight_hh_l1": np.zeros((2, 2)), "weight_hh_l0": np.array([[0.0, 1.0], [0.0, 0.0]])}
    own |= {f"bias_{architecture}_l{layer}": np.zeros(2) for architecture in ("ih", "hh") for layer in (0, 1)}
    trace = make_network("rnn", 2, 2, 2, "identity").run(own, np.zeros((60, 2)))
    assert horizons(Derivative("h", "h", 2, 1).chain(trace), 6) == [1, 1]
