"""A horizon read off samples, sharpened, is the horizon of single steps."""

import numpy as np
import pytest

from app.core.grid import sample_steps, square
from app.core.horizon import refined_horizon
from app.core.initialisations import Memory
from app.core.summary import by_lag, summarise
from app.core.triangle import triangle
from tests.core.nets import Kind, Way, drawn, given, rotation, run


def horizons(flow, resolution, norm="spectral"):
    """Measure the horizon at a resolution, sharpened, and with every step."""
    found = []
    for count in (resolution, flow.length):
        steps = sample_steps(flow.length, count)
        profile = by_lag(triangle(flow, square(steps), norm), steps)
        horizon = summarise(profile, flow.length).horizon
        found.append(refined_horizon(flow, steps, profile, norm, horizon))
    return found


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("rho", [0.05, 0.5, 0.8, 0.93])
@pytest.mark.parametrize("resolution", [8, 25, 60])
def test_an_even_decay_has_its_horizon_at_every_resolution(norm, rho, resolution):
    sharpened, exact = horizons(given(rho * rotation(0.3), 200, "identity"), resolution, norm)
    assert sharpened == exact == int(np.floor(3 / -np.log10(rho)))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softsign"])
def test_a_drawn_network_keeps_its_horizon_when_sampled(activation):
    sharpened, exact = horizons(drawn(600, 8, activation), 40)
    # The median is over the sampled steps here and over all steps there.
    assert abs(sharpened - exact) <= 1
    assert sharpened % 15 != 0


def test_what_never_falls_stays_without_horizon():
    assert horizons(given(rotation(0.3), 200, "identity"), 20) == [None, None]


def test_a_chain_that_dies_at_once_has_horizon_zero():
    assert horizons(given(np.eye(2), 200, "relu", bias=-1.0), 20) == [0, 0]


@pytest.mark.parametrize(
    ("kind", "way", "memory"),
    [
        (Kind("lstm"), Way("h", "h"), Memory(forget_bias=3.0)),
        (Kind("lstm"), Way("c", "c"), Memory(forget_bias=2.0)),
        (Kind("lstm"), Way("h", "c"), Memory(forget_bias=3.0)),
        (Kind("lstm"), Way("s", "x"), Memory(forget_bias=3.0)),
        (Kind("gru"), Way("h", "x"), Memory(forget_bias=2.5)),
        (Kind("gru", 1, "before"), Way("h", "h"), Memory(forget_bias=2.5)),
        (Kind("gru", 2), Way("h", "h", 2, 1), Memory(forget_bias=1.5)),
        (Kind("rnn", 2), Way("h", "h", 2, 1), Memory()),
    ],
    ids=str,
)
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_every_derivative_keeps_its_horizon_when_sampled(kind, way, memory, norm):
    flow = way.of_trace(run(kind, 400, 4, memory=memory))
    sharpened, exact = horizons(flow, 50, norm)
    if way.wrt == "x" or (way.of == way.wrt and way.layer == way.origin):
        assert abs(sharpened - exact) <= max(1, exact // 20)
    else:
        # Sizes are compared with those of the first lag that is seen, which is a later one when sampled.
        assert 0.9 * exact <= sharpened <= exact + 8
