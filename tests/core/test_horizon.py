"""A horizon read off samples, sharpened, is the horizon of single steps."""

import numpy as np
import pytest

from app.core.horizon import refined_horizon
from app.core.summary import by_lag, summarise
from app.core.triangle import sample_steps, triangle
from tests.core.nets import drawn, given, rotation


def horizons(trace, resolution, norm="spectral"):
    """Measure the horizon at a resolution, sharpened, and with every step."""
    found = []
    for count in (resolution, trace.length):
        steps = sample_steps(trace.length, count)
        profile = by_lag(triangle(trace, steps, norm), steps)
        horizon = summarise(profile, trace.length).horizon
        found.append(refined_horizon(trace, steps, profile, norm, horizon))
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
