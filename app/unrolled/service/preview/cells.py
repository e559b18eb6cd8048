"""The cells of a triangle as pixels."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from unrolled.core.arrays.types import Array, Flags
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.plots.colour import EXACT_ZERO, FAINT, colours

SIDE = 600

Pixels = npt.NDArray[np.uint8]


def picture(experiment: Experiment, memo: Memo) -> bytes:
    """Draw only the triangle or the window of it that is asked for, where there is a path; the rest is clear.

    Parameters
    ----------
    problem : Experiment
        What is shown.
    memo : Memo
        Remembers the triangle.

    Returns
    -------
    bytes
        A PNG: each sampled cell has equally many pixels, 600 a side in all or a little less.
    """
    found = VIEWS["influence"].compute(experiment, memo)
    cells = cell_pixels(found.log10_norm, found.kept)
    rows, columns = cells.shape[:2]
    return png(enlarged(cells, columns * (SIDE // columns), rows * (SIDE // rows)))


def enlarged(cells: Pixels, width: int, height: int) -> Image.Image:
    """Enlarge cells without blurring them.

    Parameters
    ----------
    cells : array of shape (rows, columns, 4)
        One pixel a cell.
    width, height : int
        Size of the image in pixels.

    Returns
    -------
    PIL.Image.Image
        The image.
    """
    return Image.fromarray(cells).resize((width, height), Image.Resampling.NEAREST)


def cell_pixels(log10_norm: Array, kept: Flags | None = None) -> Pixels:
    """Colour a triangle, one pixel a cell.

    Parameters
    ----------
    log10_norm : array of shape (rows, columns)
        NaN where there is no path, −inf for an exact zero.
    kept : array of shape (rows, columns), optional
        What a truncation leaves; all of it when left out.

    Returns
    -------
    array of shape (rows, columns, 4)
        Red, green, blue, opacity; clear where there is no path, grey for an exact zero, faint where it is cut off.
    """
    path = ~np.isnan(log10_norm)
    pixels = np.zeros((*log10_norm.shape, 4), dtype=np.uint8)
    pixels[path, :3] = np.rint(colours(log10_norm[path])).astype(np.uint8)
    pixels[log10_norm == -np.inf, :3] = [int(EXACT_ZERO[place : place + 2], 16) for place in (1, 3, 5)]
    pixels[path, 3] = 255 if kept is None else np.where(kept[path], 255, round(255 * FAINT))
    return pixels


def png(image: Image.Image) -> bytes:
    """Write a PNG.

    Parameters
    ----------
    image : PIL.Image.Image
        The image.

    Returns
    -------
    bytes
        The file.
    """
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=9)
    return file.getvalue()
