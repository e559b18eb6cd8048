"""What a grid shows, in words: counts of verdicts, the longest horizon, what has no picture."""

from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary, Verdict
from unrolled.experiment.triangle import Told
from unrolled.service.compare.gather import FinishedCell
from unrolled.service.compare.grid import Cell
from unrolled.service.compare.median import median_tile
from unrolled.service.compare.request import read_comparison
from unrolled.service.compare.text import derivative_sentence, grid_sentence, table_caption, tile_sentence, title_of
from unrolled.service.compare.tile import Tile


def finished(
    name: str, verdict: Verdict | None, horizon: int | None, rate: float | None = -0.5, zero_from: int | None = None
) -> FinishedCell:
    nothing, steps = np.zeros(1), np.array([33])
    profile = LagProfile(steps - 33, nothing, nothing, nothing, chained=verdict is not None)
    known = Told(steps, nothing[None], profile, Summary(verdict, horizon, rate, zero_from))
    tile = Tile(steps, nothing[None], profile, known, 32)
    return FinishedCell(Cell(0, 0, (None, None), name, None, ()), median_tile([tile]))


def test_verdicts_are_counted_and_the_longest_horizon_is_named() -> None:
    cells = [
        finished("a", "vanishes", 5),
        finished("b", "preserves", 20),
        finished("c", "preserves", 20),
        finished("d", "explodes", None),
        finished("e", "zero", 0, None, 0),
        finished("f", None, 20, None),
    ]
    sentence = grid_sentence(cells)
    assert sentence == (
        "Of 6 networks: 2 preserved, 1 vanishing, 1 exactly zero, 1 exploding and 1 without a chain. "
        "Longest horizon: 20 steps (b, c and f)."
    )
    assert (sentence.values["count"], sentence.values["steps"]) == (6, 20)


def test_one_that_grows_has_the_longest_horizon_only_among_its_like() -> None:
    cells = [finished("a", "vanishes", 1), finished("b", "explodes", None)]
    assert grid_sentence(cells).endswith("Longest horizon: 1 step (a).")
    assert grid_sentence(cells[1:]) == "Longest horizon: the whole sequence of 32 steps (b)."


def test_what_is_exactly_zero_has_no_horizon_to_be_the_longest() -> None:
    zero = finished("a", "zero", 3, None, 4)
    assert grid_sentence([zero, zero]) == "Of 2 networks: 2 exactly zero."
    assert grid_sentence([zero, finished("b", "vanishes", 1)]).endswith("Longest horizon: 1 step (b).")


def test_many_names_are_cut_short() -> None:
    cells = [finished(name, "preserves", None) for name in "abcde"]
    assert grid_sentence(cells).endswith("Longest horizon: the whole sequence of 32 steps (a, b and 3 others).")


def test_what_has_no_picture_is_counted() -> None:
    empty, one = replace(finished("x", "vanishes", 1), median=None), finished("a", "vanishes", 4)
    assert grid_sentence([empty]) == "None of these networks has a picture: each tile says why."
    assert grid_sentence([one, empty]) == "Longest horizon: 4 steps (a). 1 tile has no picture."
    assert grid_sentence([one, empty, empty]).endswith(" 2 tiles have no picture.")


def test_a_tile_says_verdict_rate_and_horizon() -> None:
    def sentence(cell: FinishedCell) -> str:
        assert cell.median
        return tile_sentence(cell.median)

    assert sentence(finished("a", "vanishes", 1)) == "vanishing, × 0.32 per step, horizon 1 step"
    whole = sentence(finished("a", "preserves", None, 0.0))
    assert whole == "preserved, × 1.00 per step, horizon: the whole sequence"
    assert sentence(finished("a", "zero", 2, None, 3)) == "exactly zero from lag 3 on"
    assert sentence(finished("a", None, 2, None)) == "path length 1"


def test_a_truncation_is_said_to_change_no_number() -> None:
    def note(query: str) -> str:
        return derivative_sentence(read_comparison(parse_qsl(query, keep_blank_values=True)))

    assert note("rows=&columns=") == ""
    for query in ("rows=&columns=&truncation=sliding", "rows=truncation&columns="):
        assert note(query).startswith("A truncation is seen in the pictures. Verdict, horizon, rate")


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
