"""How the page shows a view: what it says of the picture, where that stands, and with which instrument."""

from collections.abc import Callable
from dataclasses import dataclass

from unrolled.core.model import Model


@dataclass(frozen=True)
class PagePanel:
    """A view on the page. Without anything said, its figure and its notes, at the end of the page.

    ``how`` says how to read the picture, ``hint`` what scripts let a reader do with it; both set h_t as an index.
    Panels of one ``row`` stand beside each other in the order of ``column``. ``instrument`` is the macro of
    ``templates/parts/instruments.html`` and the painter of ``static/js/panels/painters.js``, ``frame`` the shape of the
    figure in the style sheet, ``field`` what a strip of small triangles runs over. The page may leave a panel out for
    models that could be asked, those without what it ``needs``. ``short`` is its name
    in the list of what a frame can leave out, ``left_out`` whether it is at first; one that ``tells`` the verdict goes
    with it.
    """

    how: str = ""
    hint: str = ""
    row: int | None = None
    column: int = 0
    instrument: str = "figure"
    frame: str = "wide"
    field: str = ""
    needs: Callable[[Model], bool] = lambda _: True
    short: str = ""
    left_out: bool = True
    tells: bool = False


# What nothing is said of.
PLAIN = PagePanel()
