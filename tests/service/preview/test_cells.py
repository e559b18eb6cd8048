"""The plain picture: equal cells in the right colours."""

import numpy as np
import pytest

from tests.service.preview.images import expected, linear, opened
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.preview import picture
from unrolled.service.preview.cells import cell_pixels
from unrolled.views.derivative.influence import compute
from unrolled.views.plots.colour import EXACT_ZERO


def test_the_plain_picture_is_a_square_of_equal_cells():
    image = opened(picture(compute(linear([[0.1]], 5), Memo(2**20))))
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
    image = opened(picture(compute(Experiment(Query(length=length, resolution=resolution, hidden=2)), Memo(2**22))))
    assert image.size == (side, side)


def test_an_exact_zero_is_grey():
    pixels = cell_pixels(np.array([[0.0, np.nan], [-np.inf, 0.0]]))
    assert "#{:02x}{:02x}{:02x}".format(*pixels[1, 0, :3]) == EXACT_ZERO
    assert pixels[..., 3].tolist() == [[255, 0], [255, 255]]
