"""Every formula of the tables is MathML that the strict policy lets through."""

import xml.etree.ElementTree as ET

import pytest

from tests.cases import few
from unrolled.query.choices import choices
from unrolled.views import VIEWS
from unrolled.web.http.mathml import formulas, mathml

LATEX = [
    choice.more[name]
    for field in ("model", "activation", "init", "input", "norm")
    for choice in choices(field)
    for name in ("formula", "derivative_formula")
    if name in choice.more
]


@pytest.mark.parametrize("latex", few(LATEX, 8))
def test_formula_of_a_table_is_mathml(latex: str) -> None:
    formula = ET.fromstring(mathml(latex))
    assert formula.tag.endswith("math")
    assert "\\" not in "".join(formula.itertext())
    assert not [element for element in formula.iter() if "style" in element.attrib]


def test_every_view_has_a_formula_and_so_has_the_product() -> None:
    assert formulas().keys() == {*VIEWS, "product"}
    for formula in formulas().values():
        assert "\\" not in "".join(ET.fromstring(formula).itertext())


def test_names_of_functions_stand_upright() -> None:
    assert '<mi mathvariant="normal">log</mi>' in mathml(r"\log x")
    assert "<mi>x</mi>" in mathml(r"\log x")
