"""Which networks stand in a grid, and why some do not."""

from urllib.parse import parse_qsl

from unrolled.service.compare.grid import build_cells, resolution_of
from unrolled.service.compare.request import Comparison, read_comparison
from unrolled.service.compare.tile import tile_cost
from unrolled.settings import Settings


def parse(query: str) -> Comparison:
    return read_comparison(parse_qsl(query, keep_blank_values=True))


def test_a_cell_that_makes_no_sense_says_why_and_the_others_stay() -> None:
    cells = build_cells(parse("rows=model&row_values=gru,lstm&columns=&of=c"), Settings())
    assert [bool(cell.experiments) for cell in cells] == [False, True]
    assert "cell of an LSTM" in cells[0].reason
    truncated = build_cells(parse("rows=model&row_values=rnn,attention&columns=&truncation=chunked"), Settings())
    assert [bool(cell.experiments) for cell in truncated] == [True, False]
    assert "no chain" in truncated[1].reason


def test_what_is_too_much_alone_or_together_is_left_out_the_largest_first() -> None:
    alone = build_cells(parse("rows=&columns=length&column_values=16,65536&hidden=256"), Settings(max_gflop=100))
    assert [bool(cell.experiments) for cell in alone] == [True, False]
    assert "GFLOP" in alone[1].reason
    together = parse("rows=seed&row_values=0,1,2,3&columns=length&column_values=32,512&hidden=64")
    many = build_cells(together, Settings(max_gflop=10))
    fitting = [bool(cell.experiments) for cell in many]
    assert fitting[::2] == [True] * 4
    assert not all(fitting[1::2])
    assert all("together" in cell.reason for cell in many if not cell.experiments)


def test_a_full_grid_has_fewer_samples_and_a_short_sequence_shares_the_explorer_s() -> None:
    assert resolution_of(parse("rows=seed&columns=")) == 64
    assert resolution_of(parse("")) == 48
    short, long = build_cells(parse("rows=&columns=length&column_values=32,500"), Settings())
    assert short.experiments[0].query.resolution == 128
    assert long.experiments[0].query.resolution == 64


def test_seeds_follow_each_other_and_end_with_the_last_there_is() -> None:
    (cell,) = build_cells(parse("rows=&columns=&seed=5&seeds=3"), Settings())
    assert [experiment.query.seed for experiment in cell.experiments] == [5, 6, 7]
    (last,) = build_cells(parse("rows=&columns=&seed=2147483647&seeds=2"), Settings())
    assert "2,147,483,647" in last.reason


def test_together_tiles_take_no_more_than_is_allowed_and_as_much_as_fits() -> None:
    cells = build_cells(parse("rows=seed&row_values=0,1,2,3&columns=length&column_values=32,512&hidden=64"), Settings())
    costs = sorted(tile_cost(cell.experiments[0]).flops for cell in cells)
    for count in (5, 7):
        limit = (sum(costs[:count]) + 0.5 * costs[count]) / 1e9
        some = build_cells(
            parse("rows=seed&row_values=0,1,2,3&columns=length&column_values=32,512&hidden=64"),
            Settings(max_gflop=limit),
        )
        assert sum(bool(cell.experiments) for cell in some) == count
