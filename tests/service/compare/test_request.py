"""The comparison of a link: both axes, their values, and every fault at once."""

from urllib.parse import parse_qsl

import pytest

from unrolled.errors import InvalidInput
from unrolled.service.compare.request import Comparison, read_comparison


def parse(query: str) -> Comparison:
    return read_comparison(parse_qsl(query, keep_blank_values=True))


def test_a_bare_link_runs_through_activation_and_length_and_its_own_link_means_the_same() -> None:
    comparison = parse("")
    assert (comparison.rows.field, comparison.columns.field) == ("activation", "length")
    assert comparison.columns.values == (16, 32, 64, 128)
    assert len(comparison.rows.values) == 8
    assert parse(comparison.url().partition("?")[2]) == comparison


def test_a_missing_axis_takes_the_field_that_the_other_leaves() -> None:
    assert parse("rows=length").columns.field == "activation"
    assert parse("columns=activation").rows.field == "length"
    assert parse("model=lstm").rows.field == "model"
    alone = parse("rows=model&columns=")
    assert alone.columns.places == ({},)
    assert parse(alone.url().partition("?")[2]) == alone


def test_models_of_both_kinds_show_outputs_by_inputs_by_default() -> None:
    mixed = "rows=model&row_values=rnn,attention&columns="
    assert (parse(mixed).base.of, parse(mixed).base.wrt) == ("o", "x")
    assert "of" not in parse(mixed).params()
    explicit = parse(f"{mixed}&of=h&wrt=h")
    assert explicit.params()["of"] == "h"
    assert parse(explicit.url().partition("?")[2]) == explicit
    alike = parse("rows=model&row_values=rnn,lstm&columns=")
    assert (alike.base.of, alike.base.wrt) == ("h", "h")


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("rows=t", "rows", ("“t”", "choose one of")),
        ("rows=modl", "rows", ("“modl”", "Did you mean model?")),
        ("rows=length&columns=length", "columns", ("length", "another field")),
        ("rows=model&row_values=rn", "row_values", ("“rn”", "Did you mean rnn?")),
        ("rows=model&row_values=rnn,rnn", "row_values", ("rnn", "once")),
        ("rows=model&row_values=,", "row_values", ("“,”", "up to 8")),
        ("columns=length&column_values=1,2,3,4,5,6,7,8,9", "column_values", ("9 values", "at most 8")),
        ("columns=length&column_values=0", "column_values", ("“0”", "from 1 to")),
        ("rows=&row_values=3", "row_values", ("rows", "name it")),
        ("seeds=11", "seeds", ("“11”", "from 1 to 10")),
        ("row=3", "row", ("Did you mean rows?",)),
        ("length=x", "length", ("“x”", "whole number")),
        ("chrono=9&forget_bias=1", "chrono", ("leave one of them out",)),
        ("rows=model&rows=init", "rows", ("more than once",)),
    ],
)
def test_unusable_axes_are_refused_with_a_remedy(query: str, field: str, words: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(query)
    messages = {fault.field: fault.message for fault in caught.value.errors}
    assert all(word in messages[field] for word in words), messages
