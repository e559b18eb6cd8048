"""What values an axis proposes."""

from urllib.parse import parse_qsl

import pytest

from unrolled.query.fields import Fields
from unrolled.service.compare.axes import label_of, propose_values, value_text
from unrolled.service.compare.request import Comparison, read_comparison


def test_proposals_keep_to_the_bounds() -> None:
    assert propose_values("tolerance", Fields(tolerance=0.01)) == (0.01, 0.02, 0.04)
    assert propose_values("tolerance", Fields(tolerance=1)) == (0.5, 1.0)
    assert propose_values("hidden", Fields(hidden=1)) == (1, 2, 4)


def parse(query: str) -> Comparison:
    return read_comparison(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("rows=gain", (0.5, 0.75, 1.0, 1.25, 1.5)),
        ("rows=length&length=65536", (32768, 65536)),
        ("rows=truncation", ("none", "chunked", "sliding")),
        ("rows=layer&layers=3", (1, 2, 3)),
        ("rows=seed&seed=7", (7, 8, 9, 10)),
        ("rows=activation&activation=mish", ("tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "mish")),
    ],
)
def test_sensible_values_are_proposed(query: str, values: tuple) -> None:
    assert parse(query).rows.values == values


def test_a_negative_value_has_a_minus_and_a_link_a_hyphen() -> None:
    assert label_of("forget_bias", -2.5).endswith("−2.5")
    assert "-" not in label_of("forget_bias", -2.5)
    assert value_text(-2.5) == "-2.5"
    assert value_text(3.0) == "3"
