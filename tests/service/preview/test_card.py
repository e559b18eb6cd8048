"""The pictures without a browser: right size, right colours at known cells, words that fit."""

import io

import numpy as np
import pytest
from PIL import Image

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.preview import card, lettering, picture, unfurl
from unrolled.service.preview.cells import cell_pixels
from unrolled.views.plots.colour import EXACT_ZERO, colours


def opened(content):
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def linear(weight, length):
    weights = {"weight_ih_l0": [[1.0]] * len(weight), "weight_hh_l0": weight}
    return Experiment.of_arrays({"activation": "identity"}, weights, [[0.0]] * length, None)


def expected(log10):
    return tuple(np.rint(colours(np.array([float(log10)]))[0]).astype(int))


def test_the_plain_picture_is_a_square_of_equal_cells():
    image = opened(picture(linear([[0.1]], 5), Memo(2**20)))
    assert image.size == (600, 600)
    assert image.mode == "RGBA"
    for t in range(5):
        for k in range(5):
            for x, y in ((120 * k, 120 * t), (120 * k + 119, 120 * t + 119)):
                pixel = image.getpixel((x, y))
                assert pixel == ((*expected(k - t), 255) if k <= t else (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("length", "resolution", "side"), [(1, 128, 600), (7, 128, 595), (32, 128, 576), (4000, 256, 500)]
)
def test_no_cell_is_wider_than_another(length, resolution, side):
    image = opened(picture(Experiment(Query(length=length, resolution=resolution, hidden=2)), Memo(2**22)))
    assert image.size == (side, side)


def test_an_exact_zero_is_grey():
    pixels = cell_pixels(np.array([[0.0, np.nan], [-np.inf, 0.0]]))
    assert "#{:02x}{:02x}{:02x}".format(*pixels[1, 0, :3]) == EXACT_ZERO
    assert pixels[..., 3].tolist() == [[255, 0], [255, 255]]


def test_the_card_has_the_size_that_networks_ask_for_and_the_cells_in_place():
    image = opened(unfurl(linear([[0.1]], 4), Memo(2**20)))
    assert image.size == (1200, 630)
    left, top, right, _ = card.MAP
    width = (right - left) / 4
    for t in range(4):
        for k in range(4):
            pixel = image.getpixel((int(left + (k + 0.5) * width), int(top + (t + 0.5) * width)))
            assert pixel == (expected(k - t) if k <= t else (239, 236, 229))
    assert image.getpixel((5, 5)) == (251, 250, 247)


def test_two_networks_have_two_cards():
    memo = Memo(2**22)
    assert unfurl(Experiment(Query()), memo) != unfurl(Experiment(Query(seed=1)), memo)
    assert unfurl(Experiment(Query()), memo) == unfurl(Experiment(Query()), memo)


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
    image = opened(unfurl(Experiment(query), Memo(2**22)))
    assert inked(image, (628, 54, 1148, 84))
    assert inked(image, (628, 100, 1148, 132))
    assert inked(image, (628, 156, 1148, 430))
    assert inked(image, (628, 446, 1148, 500))
    assert not inked(image, (1150, 0, 1200, 630))
    assert not inked(image, (628, 590, 1148, 630))
    assert not inked(image, (628, 502, 1148, 520))


def test_the_scale_runs_from_cold_to_warm():
    image = opened(unfurl(Experiment(Query()), Memo(2**22)))
    assert image.getpixel((630, 532)) == pytest.approx(expected(-6), abs=3)
    assert image.getpixel((888, 532)) == pytest.approx(expected(0), abs=3)
    assert image.getpixel((1145, 532)) == pytest.approx(expected(6), abs=3)


def test_exponents_are_raised():
    assert lettering.split_exponents("by 10^−0.2 a step.") == ["by 10", "−0.2", " a step."]
    assert lettering.split_exponents("at 10^−1,806, then 10^2.") == ["at 10", "−1,806", ", then 10", "2", "."]
    assert lettering.split_exponents("nothing") == ["nothing"]
    assert lettering.width_of("10^2", 40) < lettering.width_of("102", 40)


def test_lines_fit_and_lose_no_word():
    text = "Gradients fade by 10^−0.2 a step: after 16 steps less than a thousandth is left."
    lines = lettering.wrap(text, 40, 400)
    assert " ".join(lines) == text
    assert all(lettering.width_of(line, 40) <= 400 for line in lines)


def test_the_faces_have_every_sign_that_verdicts_use():
    for name in ("serif", "sans"):
        font = lettering.load_font(name, 40)
        missing = bytes(font.getmask("\ue123"))
        for sign in "0123456789−.,:;×·/abcxyzABCXYZ":
            assert bytes(font.getmask(sign)) != missing, sign


def test_without_the_faces_of_the_site_there_is_another(monkeypatch, tmp_path):
    monkeypatch.setitem(lettering._FACES, "serif", tmp_path / "gone.woff2")
    lettering.load_font.cache_clear()
    assert lettering.load_font("serif", 31).getlength("Unrolled") > 50
    lettering.load_font.cache_clear()
