"""One comparison in every form: JSON, a row a tile, arrays, and the short tiles of a stream."""

import asyncio
import json
from urllib.parse import parse_qsl

import numpy as np
import pytest

from tests.models import DIRECT
from unrolled.service.answers import Answers
from unrolled.service.compare.answer import ComparisonAnswer, tile_payload
from unrolled.service.compare.gather import gather_cells
from unrolled.service.compare.grid import build_cells
from unrolled.service.compare.request import read_comparison
from unrolled.settings import Settings

TILES = "hidden=4&rows=model&row_values=rnn,lstm,attention&columns=length&column_values=8,12&seeds=2"


def answer_to(query: str) -> ComparisonAnswer:
    answers = Answers(Settings(threads=1))
    comparison = read_comparison(parse_qsl(query, keep_blank_values=True))
    cells = asyncio.run(gather_cells(answers, build_cells(comparison, answers.settings)))
    answers.workers.close()
    return ComparisonAnswer(comparison, cells)


@pytest.fixture(scope="module")
def models() -> ComparisonAnswer:
    return answer_to(TILES)


def test_every_tile_stands_at_its_place_with_what_it_is_called(models: ComparisonAnswer) -> None:
    payload = models.payload()
    json.dumps(payload, allow_nan=False)
    places = [(tile["row_value"], tile["column_value"]) for tile in payload["tiles"]]
    assert places == [(model, length) for model in ("rnn", "lstm", "attention") for length in (8, 12)]
    assert (payload["of"], payload["wrt"], payload["seeds"]) == ("o", "x", 2)
    assert "o_t" in payload["note"]
    assert payload["sentence"].startswith("Of 6 networks: ")
    assert [tile["path_length"] for tile in payload["tiles"]] == [7, 11, 7, 11, 1, 1]
    assert payload["links"]["csv"].startswith("/api/v1/compare.csv?")


def test_rows_and_arrays_hold_the_numbers_of_the_tiles(models: ComparisonAnswer) -> None:
    tiles, columns, arrays = models.payload()["tiles"], models.columns(), models.arrays()
    assert columns["model"] == [tile["row_value"] for tile in tiles]
    assert columns["flops"] == [tile["flops"] for tile in tiles]
    assert columns["rate_low"] == [tile["range"]["rate"][0] for tile in tiles]
    # A model without a chain has no rate; the others have.
    assert [low is None for low in columns["rate_low"]] == [tile["row_value"] in DIRECT for tile in tiles]
    assert arrays["verdict"].shape == arrays["rate"].shape == (3, 2)
    np.testing.assert_array_equal(arrays["flops"].ravel(), columns["flops"])
    np.testing.assert_array_equal(np.isnan(arrays["rate"]), [[False, False], [False, False], [True, True]])
    np.testing.assert_allclose(arrays["log10_norm_3_2"][-1], tiles[5]["log10_norm"][-1])


def test_the_range_over_the_seeds_goes_with_every_short_tile() -> None:
    for finished in answer_to("hidden=3&length=9&seeds=3&rows=gain&row_values=0.5,1&columns=").cells:
        full, short = tile_payload(finished), tile_payload(finished, short=True)
        least, most = short["range"]["rate"]
        assert least < short["rate"] < most
        assert [len(row) for row in short["log10_norm"]] == list(range(1, 10))
        assert short["log10_norm"][-1] == pytest.approx(full["log10_norm"][-1], abs=6e-3)
        low, high = short["range"]["median"]
        assert low == pytest.approx(full["range"]["median"][0], abs=6e-4)
        assert high == pytest.approx(full["range"]["median"][1], abs=6e-4)
        assert all(one <= middle <= other for one, middle, other in zip(low, short["median"], high, strict=True))
        assert low != high


def test_a_short_tile_of_one_seed_has_no_range() -> None:
    (alone,) = answer_to("hidden=2&length=4&rows=&columns=").cells
    assert "median" not in tile_payload(alone, short=True)["range"]
