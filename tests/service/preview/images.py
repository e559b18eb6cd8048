"""Pictures as the tests read them, and the colours they should have."""

import io

import numpy as np
from PIL import Image

from unrolled.experiment.experiment import Experiment
from unrolled.views.plots.colour import colours


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
