"""The pictures without a browser: right size, right colours at known cells, words that fit."""

import numpy as np
import pytest

from tests.service.preview.images import expected, linear, opened
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.preview import card, unfurl


def card_of(experiment):
    """Draw the card of a network."""
    return unfurl(experiment.query, measured_triangle(experiment, Memo(2**22)))


def test_the_card_has_the_size_that_networks_ask_for_and_the_cells_in_place():
    image = opened(card_of(linear([[0.1]], 4)))
    assert image.size == (1200, 630)
    left, top, right, _ = card.MAP
    width = (right - left) / 4
    for t in range(4):
        for k in range(4):
            pixel = image.getpixel((int(left + (k + 0.5) * width), int(top + (t + 0.5) * width)))
            assert pixel == (expected(k - t) if k <= t else (239, 236, 229))
    assert image.getpixel((5, 5)) == (251, 250, 247)


def test_two_networks_have_two_cards():
    assert card_of(Experiment(Query())) != card_of(Experiment(Query(seed=1)))
    assert card_of(Experiment(Query())) == card_of(Experiment(Query()))


def inked(image, box):
    """Tell whether anything is written in a box."""
    return np.ptp(np.asarray(image.crop(box)).reshape(-1, 3), axis=0).max() > 100


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(length=1),
        Query(activation="relu", init="identity", gain=0.0),
        Query(gain=3.25, input="sunspots", seed=2**31 - 1, hidden=16, init="spectral"),
    ],
)
def test_title_verdict_and_setting_stay_inside_their_column(query):
    image = opened(card_of(Experiment(query)))
    assert inked(image, (628, 54, 1148, 84))
    assert inked(image, (628, 100, 1148, 132))
    assert inked(image, (628, 156, 1148, 430))
    # The setting begins in its first row, at the left.
    assert inked(image, (628, 446, 700, 472))
    assert inked(image, (628, 446, 1148, 500))
    assert not inked(image, (1150, 0, 1200, 630))
    assert not inked(image, (628, 590, 1148, 630))
    assert not inked(image, (628, 502, 1148, 520))


def test_the_scale_runs_from_cold_to_warm():
    image = opened(card_of(Experiment(Query())))
    assert image.getpixel((630, 532)) == pytest.approx(expected(-6), abs=3)
    assert image.getpixel((888, 532)) == pytest.approx(expected(0), abs=3)
    assert image.getpixel((1145, 532)) == pytest.approx(expected(6), abs=3)


def test_axes_and_scale_are_named():
    image = opened(card_of(Experiment(Query())))
    left, top, right, bottom = card.MAP
    # Under the triangle, beside it running downwards, and under both ends and the middle of the scale.
    assert inked(image, (left, bottom + 8, left + 150, bottom + 36))
    vertical = (left - 36, top, left - 6, top + 120)
    assert inked(image, vertical)
    dark = np.argwhere(np.asarray(image.crop(vertical)).min(axis=2) < 160)
    assert np.ptp(dark[:, 0]) > 3 * np.ptp(dark[:, 1])
    for box in ((628, 546, 690, 572), (830, 546, 950, 572), (1090, 546, 1148, 572)):
        assert inked(image, box)
    assert not inked(image, (left - 36, top + 160, left - 6, bottom))
    assert not inked(image, (right + 4, top, 626, bottom))
