"""What a shared link shows in a chat or a feed."""

import numpy as np
from PIL import Image, ImageDraw

from unrolled.experiment.triangle import MeasuredTriangle
from unrolled.query.query import Query
from unrolled.service.preview.cells import cell_pixels, encode_png, enlarge
from unrolled.service.preview.lettering import load_font, typeset, wrap
from unrolled.views.plots.colour import SCALE, colours
from unrolled.views.text.titles import setting_of, title_of
from unrolled.views.text.verdict import verdict_sentence

SIZE = (1200, 630)
MAP = (60, 54, 572, 566)

_PAPER, _NO_PATH, _TEXT, _QUIET, _RULE, _ACCENT = "#fbfaf7", "#efece5", "#1c1b19", "#5d5952", "#dcd8cf", "#b3261e"
_LEFT, _RIGHT = 628, 1148
_VERDICT = (156, 430)
_SIZES = (50, 44, 38, 32, 26, 20)
_LEADING = 1.22
_SMALL = 20


def unfurl(query: Query, measured: MeasuredTriangle) -> bytes:
    """Draw what a shared link shows: the triangle, the title, the verdict and the scale."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = MAP
    draw.rectangle((left, top, right - 1, bottom - 1), fill=_NO_PATH)
    cells = enlarge(cell_pixels(measured.log10_norm), right - left, right - left)
    image.paste(cells, (left, top), cells)
    draw.text((left, bottom + 10), "earlier step k", _QUIET, load_font("sans", _SMALL))
    _draw_vertical(image, "later step t", (left - 36, top))
    _draw_texts(draw, query, verdict_sentence(measured.summary, measured.profile))
    _draw_scale(image, draw)
    return encode_png(image)


def _draw_texts(draw: ImageDraw.ImageDraw, query: Query, sentence: str) -> None:
    """Set name, title, verdict and setting; a long verdict is set smaller, never cut."""
    draw.text((_LEFT, 54), "Unrolled", _ACCENT, load_font("sans", 26, 600))
    draw.text((_LEFT, 100), title_of(query), _QUIET, load_font("sans", 26))
    top, bottom = _VERDICT
    for size in _SIZES:
        lines = wrap(sentence, size, _RIGHT - _LEFT)
        if len(lines) * size * _LEADING <= bottom - top:
            break
    for index, line in enumerate(lines):
        typeset(draw, (_LEFT, top + index * size * _LEADING), line, size, _TEXT)
    small, rows = load_font("sans", _SMALL), [""]
    for part in setting_of(query):
        longer = f"{rows[-1]} · {part}" if rows[-1] else part
        rows = [*rows[:-1], longer] if small.getlength(longer) <= _RIGHT - _LEFT else [*rows, part]
    draw.text((_LEFT, 448), "\n".join(rows), _QUIET, small, spacing=8)


def _draw_scale(image: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    """Draw the scale with its three marks."""
    bar = np.rint(colours(np.linspace(*SCALE, _RIGHT - _LEFT))).astype(np.uint8)
    image.paste(Image.fromarray(np.repeat(bar[None], 16, axis=0)), (_LEFT, 524))
    draw.rectangle((_LEFT, 524, _RIGHT - 1, 539), outline=_RULE)
    small = load_font("sans", _SMALL)
    draw.text((_LEFT, 548), "faded", _QUIET, small)
    draw.text(((_LEFT + _RIGHT) / 2, 548), "unchanged", _QUIET, small, anchor="ma")
    draw.text((_RIGHT, 548), "grown", _QUIET, small, anchor="ra")


def _draw_vertical(image: Image.Image, text: str, place: tuple[int, int]) -> None:
    """Set a word that runs downwards."""
    font = load_font("sans", _SMALL)
    strip = Image.new("RGBA", (int(font.getlength(text)) + 2, 30), (0, 0, 0, 0))
    ImageDraw.Draw(strip).text((0, 2), text, _QUIET, font)
    turned = strip.rotate(-90, expand=True)
    image.paste(turned, place, turned)
