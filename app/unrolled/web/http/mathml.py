"""Formulas for people: LaTeX in the tables, MathML on the page, made on the server."""

import re
from functools import cache

from latex2mathml.converter import convert
from markupsafe import Markup

from unrolled.views import VIEWS

PRODUCT = (
    r"\frac{\partial h_t}{\partial h_k}=\prod_{j=k+1}^{t}\frac{\partial h_j}{\partial h_{j-1}}"
    r"=\prod_{j=k+1}^{t}\operatorname{diag}\varphi'(a_j)\,W_{hh}"
)

# Names of functions stand upright, single letters do not.
_NAME = re.compile(r"<mi>([A-Za-z]{2,})</mi>")


@cache
def mathml(latex: str) -> Markup:
    """Turn LaTeX into a ``math`` element on a line of its own, without script, font or inline style."""
    element = _NAME.sub(r'<mi mathvariant="normal">\1</mi>', convert(latex, display="block"))
    return Markup(element)  # noqa: S704  the project's own tables, never a reader's text


def formulas() -> dict[str, Markup]:
    """Give the formulas of every view, and of the product of the factors under ``product``."""
    return {name: mathml(view.formula) for name, view in VIEWS.items()} | {"product": mathml(PRODUCT)}
