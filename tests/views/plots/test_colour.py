"""The colour map: even, readable with every kind of colour vision, apart from both pages."""

import numpy as np

from unrolled.core.models import MODELS
from unrolled.views.plots.colour import SCALE, colorscale, colours, model_line, palette

LIGHT, DARK = np.array([251, 250, 247]), np.array([21, 21, 19])
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    share = np.asarray(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def oklab(colour, vision="full"):
    """Ottosson 2020, from sRGB; written apart from the map's own code."""
    rgb = np.clip(linear(colour) @ np.array(VISION[vision]).T, 0, 1)
    lms = rgb @ np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929],
         [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    ).T  # fmt: skip
    return np.cbrt(lms) @ np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468],
         [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    ).T  # fmt: skip


def test_norm_one_is_white_and_the_ends_are_blue_and_red():
    cold, white, warm = colours(np.array([SCALE[0], 0.0, SCALE[1]]))
    assert white.tolist() == [255, 255, 255]
    assert cold.argmax() == 2
    assert warm.argmax() == 0


def test_beyond_the_scale_is_its_end():
    far = colours(np.array([-1806.0, -np.inf, 400.0]))
    assert far.tolist() == colours(np.array([SCALE[0], SCALE[0], SCALE[1]])).tolist()


def test_equal_steps_have_nearly_equal_perceptual_distances():
    steps = np.linalg.norm(np.diff(oklab(palette()), axis=0), axis=1)
    assert steps.max() / steps.min() < 1.25


def test_both_arms_darken_steadily_for_everyone():
    for vision in VISION:
        lightness = oklab(palette(), vision)[:, 0]
        middle = len(lightness) // 2
        assert (np.diff(lightness[: middle + 1]) > 0).all(), vision
        assert (np.diff(lightness[middle:]) < 0).all(), vision


def test_fading_and_growing_stay_apart_for_everyone():
    for vision in VISION:
        lab = oklab(palette(), vision)
        mirrored = np.linalg.norm(lab - lab[::-1], axis=1)
        middle = len(lab) // 2
        # From the fourth stop on, 10^±1.5, the two arms cannot be confused.
        assert np.delete(mirrored, range(middle - 3, middle + 4)).min() > 0.1, vision


def test_the_ends_stand_out_from_both_pages():
    for end in (palette()[0], palette()[-1]):
        assert all(np.linalg.norm(oklab(end) - oklab(page)) > 0.15 for page in (LIGHT, DARK))


def test_the_scale_for_plotly():
    scale = colorscale()
    assert scale[0][0] == 0
    assert scale[-1][0] == 1
    assert scale[len(scale) // 2] == (0.5, "#ffffff")
    assert all(len(colour) == 7 for _, colour in scale)


def test_every_model_has_a_line_of_its_own():
    assert len({model_line(name)["color"] for name in MODELS}) == len(MODELS)
