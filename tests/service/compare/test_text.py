"""What a grid shows, in words: counts of verdicts, the longest memory, what has no picture."""

from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np

from unrolled.core.behaviour.summary import Verdict
from unrolled.service.compare.averages import Average
from unrolled.service.compare.gather import FinishedCell
from unrolled.service.compare.grid import Cell
from unrolled.service.compare.request import read_comparison
from unrolled.service.compare.text import derivative_sentence, grid_sentence, table_caption, tile_sentence, title_of


def finished(name: str, verdict: Verdict, horizon: int | None, rate: float | None = -0.5) -> FinishedCell:
    nothing = np.zeros(0)
    steps = np.zeros(0, dtype=int)
    average = Average(
        steps, nothing, steps, nothing, nothing, nothing, (verdict,) * 3, (horizon,) * 3, (rate,) * 3, 33, 32, ""
    )
    return FinishedCell(Cell(0, 0, (None, None), name, None, ()), average)


def test_verdicts_are_counted_and_the_longest_memory_is_named() -> None:
    cells = [
        finished("a", "vanishes", 5),
        finished("b", "preserves", 20),
        finished("c", "preserves", 20),
        finished("d", "explodes", None),
    ]
    assert grid_sentence(cells) == (
        "Of 4 networks 2 keep the gradient, 1 loses it and 1 blows it up; b and c remember longest, 20 steps."
    )


def test_one_that_explodes_remembers_nothing_unless_all_do() -> None:
    assert "none keeps the gradient" in grid_sentence([finished("a", "vanishes", 1), finished("b", "explodes", None)])
    alone = grid_sentence([finished("b", "explodes", None)])
    assert alone == "B remembers longest, all 32 steps there are."


def test_many_names_are_cut_short() -> None:
    cells = [finished(name, "preserves", None) for name in "abcde"]
    assert grid_sentence(cells).endswith("; a, b and 3 others remember longest, all 32 steps there are.")


def test_what_has_no_picture_is_counted() -> None:
    empty = replace(finished("x", "vanishes", 1), average=None)
    assert grid_sentence([empty]) == "None of these networks has a picture: each tile says why."
    assert (
        grid_sentence([finished("a", "vanishes", 4), empty]) == "A remembers longest, 4 steps. 1 tile has no picture."
    )
    assert grid_sentence([finished("a", "vanishes", 4), empty, empty]).endswith(" 2 tiles have no picture.")


def test_a_tile_says_verdict_rate_and_reach() -> None:
    def sentence(cell: FinishedCell) -> str:
        assert cell.average
        return tile_sentence(cell.average)

    assert sentence(finished("a", "vanishes", 1)) == "vanishes at 10^−0.5 a step, reaches 1 step back"
    assert sentence(finished("a", "preserves", None, None)) == "preserves, reaches all 32 steps back"


def test_a_comparison_is_named_by_its_axes() -> None:
    def texts_of(query: str) -> list[str]:
        comparison = read_comparison(parse_qsl(query, keep_blank_values=True))
        return [title_of(comparison), table_caption(comparison), derivative_sentence(comparison)]

    assert texts_of("rows=&columns=") == [
        "One network",
        "Rows: one. Columns: one. Each tile is a link to the explorer.",
        "",
    ]
    title, caption, note = texts_of("rows=model&row_values=rnn,attention&columns=length&column_values=8,9")
    assert title == "Model × Length T"
    assert caption.startswith("Rows: Model. Columns: Length T.")
    assert "side by side" in note
    assert texts_of("rows=model&row_values=rnn,lstm&columns=")[2] == ""
