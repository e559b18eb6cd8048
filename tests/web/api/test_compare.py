"""The comparison as JSON, CSV, NPZ and events: the same numbers as the explorer's, and workers freed by who leaves."""

import asyncio
import csv
import io
import json
import threading
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.web.api.test_progress import Listener, events, freed, set_off
from unrolled.core.networks.registry import DIRECT
from unrolled.main import create_app
from unrolled.runtime.progress import Cancelled, advance
from unrolled.service.compare import gather as gathering
from unrolled.service.compare.tile import Tile
from unrolled.settings import Settings

PATH = "/api/v1/compare"
QUERY = "hidden=4&rows=model&row_values=rnn,lstm,attention&columns=length&column_values=8,12"


def test_json_tells_every_tile_row_by_row(client: TestClient) -> None:
    answer = client.get(f"{PATH}?{QUERY}").json()
    places = [(tile["row_value"], tile["column_value"]) for tile in answer["tiles"]]
    assert places == [(model, length) for model in ("rnn", "lstm", "attention") for length in (8, 12)]
    assert (answer["of"], answer["wrt"]) == ("o", "x")
    assert "o_t" in answer["note"]
    assert answer["sentence"].startswith("Of 6 networks ")
    assert [tile["path_length"] for tile in answer["tiles"]] == [7, 11, 7, 11, 1, 1]


def test_a_tile_has_the_numbers_of_the_explorer_it_links_to(client: TestClient) -> None:
    query = QUERY.replace("attention", "gru")
    for tile in client.get(f"{PATH}?{query}").json()["tiles"]:
        shown = client.get(f"/api/v1/influence?{urlsplit(tile['link']).query}").json()
        assert tile["log10_norm"] == shown["log10_norm"]
        assert tile["horizon"] == shown["summary"]["horizon"]
        assert tile["rate"] == shown["summary"]["rate"]


def test_csv_and_npz_hold_the_same(client: TestClient) -> None:
    answer = client.get(f"{PATH}?{QUERY}&seeds=2").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PATH}.csv?{QUERY}&seeds=2").text)))
    assert [row["model"] for row in rows] == [tile["row_value"] for tile in answer["tiles"]]
    assert [float(row["flops"]) for row in rows] == [tile["flops"] for tile in answer["tiles"]]
    lows = [float(row["rate_low"]) if row["rate_low"] else None for row in rows]
    assert lows == [tile["range"]["rate"][0] for tile in answer["tiles"]]
    # A model without a chain has no rate; the others have.
    assert [low is None for low in lows] == [tile["row_value"] in DIRECT for tile in answer["tiles"]]
    arrays = np.load(io.BytesIO(client.get(f"{PATH}.npz?{QUERY}&seeds=2").content))
    assert arrays["verdict"].shape == (3, 2)
    np.testing.assert_allclose(arrays["log10_norm_3_2"][-1], answer["tiles"][5]["log10_norm"][-1])


def test_an_answer_that_is_known_is_not_sent_again(client: TestClient) -> None:
    for suffix in ("", ".csv", ".npz"):
        etag = client.get(f"{PATH}{suffix}?{QUERY}").headers["etag"]
        assert client.get(f"{PATH}{suffix}?{QUERY}", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("suffix", ["", ".csv", ".npz", "/stream"])
def test_a_wrong_axis_is_a_problem_in_every_form(client: TestClient, suffix: str) -> None:
    answer = client.get(f"{PATH}{suffix}?rows=t")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "rows"


def test_a_state_that_overflows_is_a_tile_that_says_so(client: TestClient) -> None:
    query = "activation=identity&init=identity&length=400&rows=gain&row_values=1,10&columns="
    good, bad = client.get(f"{PATH}?{query}").json()["tiles"]
    assert good["verdict"] == "preserves"
    assert "verdict" not in bad
    assert bad["reason"]


def test_the_stream_tells_each_tile_once_and_then_what_they_show(client: TestClient) -> None:
    met = events(client.get(f"{PATH}/stream?{QUERY}").text)
    assert [name for name, _ in met] == ["begun", *["tile"] * 6, "done"]
    assert [data["done"] for name, data in met if name == "tile"] == [1, 2, 3, 4, 5, 6]
    assert {(data["row"], data["column"]) for name, data in met if name == "tile"} == {
        (row, column) for row in range(3) for column in range(2)
    }
    assert met[-1][1]["sentence"] == client.get(f"{PATH}?{QUERY}").json()["sentence"]


def test_the_range_over_the_seeds_goes_with_every_streamed_tile(client: TestClient) -> None:
    query = "hidden=3&length=9&seeds=3&rows=gain&row_values=0.5,1&columns="
    whole = client.get(f"{PATH}?{query}").json()["tiles"]
    short = [data for name, data in events(client.get(f"{PATH}/stream?{query}").text) if name == "tile"]
    for tile in short:
        (same,) = [each for each in whole if each["row"] == tile["row"]]
        low, high = tile["range"]["median"]
        assert low == pytest.approx(same["range"]["median"][0], abs=6e-4)
        assert high == pytest.approx(same["range"]["median"][1], abs=6e-4)
        assert all(one <= mean <= other for one, mean, other in zip(low, tile["median"], high, strict=True))
        assert low != high
    alone = client.get(f"{PATH}/stream?{query}".replace("seeds=3", "seeds=1")).text
    assert all("median" not in data["range"] for name, data in events(alone) if name == "tile")


def test_whoever_stops_listening_frees_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    started, cancelled = threading.Event(), threading.Event()

    def endless(experiment: Any, memo: Any) -> Tile:
        started.set()
        try:
            while True:
                advance(0.0)
        except Cancelled:
            cancelled.set()
            raise

    monkeypatch.setattr(gathering, "measure_tile", endless)
    app = create_app(Settings(threads=1))

    async def scene() -> list[str]:
        listener = Listener(app, f"{PATH}/stream", QUERY)
        await set_off(started)
        listener.gone.set()
        await freed(app)
        await asyncio.wait((listener.task,), timeout=20)
        return [name for name, _ in listener.events]

    assert asyncio.run(scene()) == ["begun"]
    assert cancelled.is_set()


def test_a_full_server_is_told_inside_the_stream() -> None:
    app = create_app(Settings(threads=1, queue=1))
    app.state.answers.workers.places = 0
    met = events(TestClient(app, base_url="http://unrolled.test").get(f"{PATH}/stream?{QUERY}").text)
    assert [name for name, _ in met] == ["begun", "failed"]
    assert met[1][1]["status"] == 503
    assert json.dumps(met)
