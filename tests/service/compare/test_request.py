"""What a link asks for: both axes, their values, and every fault at once."""

from urllib.parse import parse_qsl

import pytest

from unrolled.errors import InvalidInput
from unrolled.service.compare.grid import build_cells, resolution_of
from unrolled.service.compare.request import Comparison, read_comparison
from unrolled.settings import Settings


def asked(query: str) -> Comparison:
    return read_comparison(parse_qsl(query, keep_blank_values=True))


def test_a_bare_link_runs_through_activation_and_length_and_its_own_link_means_the_same() -> None:
    found = asked("")
    assert (found.rows.field, found.columns.field) == ("activation", "length")
    assert found.columns.values == (16, 32, 64, 128)
    assert len(found.rows.values) == 8
    assert asked(found.url().partition("?")[2]) == found


def test_an_axis_that_is_not_given_takes_what_the_other_leaves() -> None:
    assert asked("rows=length").columns.field == "activation"
    assert asked("columns=activation").rows.field == "length"
    assert asked("model=lstm").rows.field == "model"
    alone = asked("rows=model&columns=")
    assert alone.columns.places == ({},)
    assert asked(alone.url().partition("?")[2]) == alone


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
    assert asked(query).rows.values == values


def test_models_of_both_kinds_are_asked_for_outputs_and_inputs_unless_told_otherwise() -> None:
    mixed = "rows=model&row_values=rnn,attention&columns="
    assert (asked(mixed).base.of, asked(mixed).base.wrt) == ("o", "x")
    assert "of" not in asked(mixed).params()
    told = asked(f"{mixed}&of=h&wrt=h")
    assert told.params()["of"] == "h"
    assert asked(told.url().partition("?")[2]) == told
    alike = asked("rows=model&row_values=rnn,lstm&columns=")
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
def test_what_cannot_be_used_is_told_with_the_way_out(query: str, field: str, words: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        asked(query)
    told = {fault.field: fault.message for fault in caught.value.errors}
    assert all(word in told[field] for word in words), told


def test_a_cell_that_makes_no_sense_says_why_and_the_others_stay() -> None:
    cells = build_cells(asked("rows=model&row_values=gru,lstm&columns=&of=c"), Settings())
    assert [bool(cell.experiments) for cell in cells] == [False, True]
    assert "cell of an LSTM" in cells[0].reason
    cut = build_cells(asked("rows=model&row_values=rnn,attention&columns=&truncation=chunked"), Settings())
    assert [bool(cell.experiments) for cell in cut] == [True, False]
    assert "no chain" in cut[1].reason


def test_what_is_too_much_alone_or_together_is_left_out_the_largest_first() -> None:
    alone = build_cells(asked("rows=&columns=length&column_values=16,65536&hidden=256"), Settings(max_gflop=100))
    assert [bool(cell.experiments) for cell in alone] == [True, False]
    assert "GFLOP" in alone[1].reason
    together = asked("rows=seed&row_values=0,1,2,3&columns=length&column_values=32,512&hidden=64")
    many = build_cells(together, Settings(max_gflop=20))
    kept = [bool(cell.experiments) for cell in many]
    assert kept[::2] == [True] * 4
    assert not all(kept[1::2])
    assert all("together" in cell.reason for cell in many if not cell.experiments)


def test_a_full_grid_has_fewer_samples_and_a_short_sequence_shares_the_explorer_s() -> None:
    assert resolution_of(asked("rows=seed&columns=")) == 64
    assert resolution_of(asked("")) == 48
    short, long = build_cells(asked("rows=&columns=length&column_values=32,500"), Settings())
    assert short.experiments[0].query.resolution == 128
    assert long.experiments[0].query.resolution == 64


def test_seeds_follow_each_other_and_end_with_the_last_there_is() -> None:
    (cell,) = build_cells(asked("rows=&columns=&seed=5&seeds=3"), Settings())
    assert [each.query.seed for each in cell.experiments] == [5, 6, 7]
    (last,) = build_cells(asked("rows=&columns=&seed=2147483647&seeds=2"), Settings())
    assert "2,147,483,647" in last.reason
