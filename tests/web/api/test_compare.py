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
from unrolled.main import create_app
from unrolled.runtime.progress import Cancelled, advance
from unrolled.service.compare import gather as gathering
from unrolled.service.compare.tile import Tile
from unrolled.settings import Settings
from unrolled.web.api import compare

PATH = "/api/v1/compare"
QUERY = "hidden=4&rows=model&row_values=rnn,lstm,attention&columns=length&column_values=8,12"


def test_csv_and_npz_hold_the_same_as_json(client: TestClient) -> None:
    answer = client.get(f"{PATH}?{QUERY}").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PATH}.csv?{QUERY}").text)))
    assert [float(row["flops"]) for row in rows] == [tile["flops"] for tile in answer["tiles"]]
    arrays = np.load(io.BytesIO(client.get(f"{PATH}.npz?{QUERY}").content))
    assert arrays["flops"].ravel().tolist() == [tile["flops"] for tile in answer["tiles"]]
    assert str(arrays["link"]) == answer["links"]["page"]


def test_a_tile_has_the_numbers_of_the_explorer_it_links_to(client: TestClient) -> None:
    query = QUERY.replace("attention", "gru")
    for tile in client.get(f"{PATH}?{query}").json()["tiles"]:
        shown = client.get(f"/api/v1/influence?{urlsplit(tile['link']).query}").json()
        assert tile["log10_norm"] == shown["log10_norm"]
        assert tile["horizon"] == shown["summary"]["horizon"]
        assert tile["rate"] == shown["summary"]["rate"]


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


def test_the_stream_sends_each_tile_once_and_then_the_sentence(client: TestClient) -> None:
    received = events(client.get(f"{PATH}/stream?{QUERY}").text)
    assert [name for name, _ in received] == ["begun", *["tile"] * 6, "done"]
    assert [data["done"] for name, data in received if name == "tile"] == [1, 2, 3, 4, 5, 6]
    # What lies above the diagonal is not sent.
    assert all(len(data["log10_norm"][0]) == 1 for name, data in received if name == "tile")
    assert {(data["row"], data["column"]) for name, data in received if name == "tile"} == {
        (row, column) for row in range(3) for column in range(2)
    }
    assert received[-1][1]["sentence"] == client.get(f"{PATH}?{QUERY}").json()["sentence"]


def test_a_listener_that_disconnects_frees_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
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
        listener.disconnected.set()
        await freed(app)
        await asyncio.wait((listener.task,), timeout=20)
        return [name for name, _ in listener.events]

    assert asyncio.run(scene()) == ["begun"]
    assert cancelled.is_set()


def test_a_full_server_is_reported_in_the_stream() -> None:
    app = create_app(Settings(threads=1, queue=1))
    app.state.answers.workers.places = 0
    received = events(TestClient(app, base_url="http://unrolled.test").get(f"{PATH}/stream?{QUERY}").text)
    assert [name for name, _ in received] == ["begun", "failed"]
    assert received[1][1]["status"] == 503
    assert json.dumps(received)


@pytest.mark.parametrize("suffix", ["", ".csv", ".npz"])
def test_what_was_gathered_is_sent_though_every_place_is_taken(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    app = create_app(Settings(threads=1))
    answers, client = app.state.answers, TestClient(app, base_url="http://unrolled.test")
    gather = gathering.gather_cells

    async def gathered(*arguments: Any) -> Any:
        cells = await gather(*arguments)
        answers.workers.places = 0
        return cells

    monkeypatch.setattr(compare, "gather_cells", gathered)
    first = client.get(f"{PATH}{suffix}?{QUERY}")
    assert first.status_code == 200
    # And it is remembered as it was sent, without its tiles.
    monkeypatch.setattr(compare, "gather_cells", lambda *_: pytest.fail("gathered again"))
    assert client.get(f"{PATH}{suffix}?{QUERY}").content == first.content
