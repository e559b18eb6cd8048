"""Words in a picture: the faces of the site, lines that fit, raised exponents."""

from functools import lru_cache

from PIL import ImageDraw, ImageFont

from unrolled.resources import folder
from unrolled.views.text.numbers import MINUS

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_VENDOR = folder("static") / "vendor"
_FACES = {
    "serif": _VENDOR / "source-serif-4-5.3.1" / "source-serif-4-latin-wght-normal.woff2",
    "sans": _VENDOR / "inter-5.3.0" / "inter-latin-wght-normal.woff2",
}
_RAISED = 0.62


@lru_cache(maxsize=32)
def load_font(name: str, size: int, weight: int = 400) -> Font:
    """Load a face of the site, ``serif`` or ``sans``, of weight 200 to 900; Pillow's own where it cannot be read."""
    try:
        font = ImageFont.truetype(_FACES[name], size)
        font.set_variation_by_axes([weight])
    except (OSError, NotImplementedError):
        return ImageFont.load_default(size)
    return font


def typeset(draw: ImageDraw.ImageDraw, place: tuple[float, float], line: str, size: int, colour: str) -> None:
    """Set a line in the serif face; every 10^x gets a raised exponent."""
    x = place[0]
    for index, part in enumerate(split_exponents(line)):
        font = _serif(size, bool(index % 2))
        draw.text((x, place[1] + 0.06 * size * (index % 2)), part, colour, font)
        x += font.getlength(part)


def width_of(line: str, size: int) -> float:
    """Measure a line as `typeset` sets it."""
    parts = enumerate(split_exponents(line))
    return sum(_serif(size, bool(index % 2)).getlength(part) for index, part in parts)


def wrap(text: str, size: int, width: float) -> list[str]:
    """Break a sentence into lines that fit; a word that is too long stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def split_exponents(line: str) -> list[str]:
    """Split a line into text and exponents, in turn: ``by 10^−0.2 a step`` into ``["by 10", "−0.2", " a step"]``."""
    first, *others = line.split("^")
    parts = [first]
    for piece in others:
        digits = len(piece) - len(piece.lstrip(f"0123456789.,{MINUS}"))
        exponent = piece[:digits].rstrip(".,")
        parts += [exponent, piece[len(exponent) :]]
    return parts


def _serif(size: int, raised: bool) -> Font:
    return load_font("serif", round(_RAISED * size) if raised else size, 500)
