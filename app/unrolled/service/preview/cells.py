"""The cells of a triangle as pixels."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from unrolled.core.arrays.types import Array, Flags
from unrolled.views.derivative.influence import Influence
from unrolled.views.plots.colour import EXACT_ZERO, FAINT, colours

SIDE = 600

Pixels = npt.NDArray[np.uint8]


def picture(influence: Influence) -> bytes:
    """Draw only the triangle, or the window of it that is asked for, as a PNG; clear where there is no path.

    Each sampled cell has equally many pixels, 600 a side in all or a little less.
    """
    cells = cell_pixels(influence.log10_norm, influence.kept)
    rows, columns = cells.shape[:2]
    return encode_png(enlarge(cells, columns * (SIDE // columns), rows * (SIDE // rows)))


def enlarge(cells: Pixels, width: int, height: int) -> Image.Image:
    """Enlarge cells (rows, columns, 4) without blurring them; width and height are pixels."""
    return Image.fromarray(cells).resize((width, height), Image.Resampling.NEAREST)


def cell_pixels(log10_norm: Array, kept: Flags | None = None) -> Pixels:
    """Colour a triangle (rows, columns) in red, green, blue and opacity, one pixel a cell.

    Clear where there is no path (NaN), grey for an exact zero (−inf), faint where a truncation does not keep it.
    """
    path = ~np.isnan(log10_norm)
    pixels = np.zeros((*log10_norm.shape, 4), dtype=np.uint8)
    pixels[path, :3] = np.rint(colours(log10_norm[path])).astype(np.uint8)
    pixels[log10_norm == -np.inf, :3] = [int(EXACT_ZERO[place : place + 2], 16) for place in (1, 3, 5)]
    pixels[path, 3] = 255 if kept is None else np.where(kept[path], 255, round(255 * FAINT))
    return pixels


def encode_png(image: Image.Image) -> bytes:
    """Write a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=9)
    return file.getvalue()
