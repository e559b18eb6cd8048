"""Every view in every format, by GET."""

import csv
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.views import VIEWS
from unrolled.web.api.views import FORMATS, formats_of, path_of

SMALL = "length=6&hidden=3&model=lstm"
EVERY = [(view, form) for view in VIEWS for form in formats_of(view)]


def numbers(value: Any) -> list[float]:
    """Gather every number in a JSON value."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [value] if isinstance(value, float) else []


@pytest.mark.parametrize(
    ("view", "form"), few(EVERY, [pair for pair in EVERY if pair[0] == "influence" or pair[1] not in FORMATS])
)
def test_every_view_answers_in_every_format(client: TestClient, view: str, form: str) -> None:
    answer = client.get(f"{path_of(view, form)}?{SMALL}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == formats_of(view)[form].media_type
    assert answer.content


@pytest.mark.parametrize("view", few(VIEWS, 4))
def test_data_carry_the_query_the_links_and_the_time(client: TestClient, view: str) -> None:
    answer = client.get(f"/api/v1/{view}?{SMALL}&seed=3").json()
    assert answer["query"] | {"length": 6, "hidden": 3, "model": "lstm", "seed": 3} == answer["query"]
    assert answer["query"].keys() >= {"model", "gain", "text", "series", "t", "k", "resolution", "v"}
    assert answer["links"].keys() == {"page", *formats_of(view)}
    assert answer["ms"]["compute"] >= 0
    assert all(map(math.isfinite, numbers(answer)))
    assert client.get(answer["links"]["self"]).json() == answer
    for link in answer["links"].values():
        assert link.endswith("?v=1&model=lstm&length=6&hidden=3&seed=3")
        assert client.get(link).status_code == 200


def test_influence_has_the_keys_that_other_programs_depend_on(client: TestClient) -> None:
    answer = client.get("/api/v1/influence?length=5").json()
    assert answer.keys() >= {"query", "links", "of", "wrt", "norm", "t", "k", "log10_norm", "summary", "checks", "ms"}
    assert answer["summary"].keys() >= {"verdict", "horizon", "rate", "sentence"}
    assert answer["t"] == answer["k"] == [1, 2, 3, 4, 5]
    assert [[cell is None for cell in row] for row in answer["log10_norm"]] == [
        [k > t for k in range(5)] for t in range(5)
    ]
    assert [row[index] for index, row in enumerate(answer["log10_norm"])] == pytest.approx([0.0] * 5, abs=1e-12)


def test_jacobian_and_graph_have_their_keys(client: TestClient) -> None:
    jacobian = client.get("/api/v1/jacobian?length=5&t=4&k=2").json()
    assert jacobian.keys() >= {"t", "k", "matrix", "log10_scale", "log10_singular_values", "steps"}
    assert (jacobian["t"], jacobian["k"]) == (4, 2)
    assert np.linalg.norm(np.array(jacobian["matrix"])) == pytest.approx(1.0)
    graph = client.get("/api/v1/graph?length=5&t=4&k=2").json()
    assert all(node.keys() >= {"id", "kind", "t", "label"} for node in graph["nodes"])
    assert all(edge.keys() >= {"source", "target", "log10_norm", "on_path", "cut"} for edge in graph["edges"])


@pytest.mark.parametrize("view", few(VIEWS, 4))
def test_csv_is_rectangular_and_npz_holds_the_query(client: TestClient, view: str) -> None:
    answer = client.get(f"/api/v1/{view}.csv?{SMALL}")
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert answer.headers["content-disposition"] == f'attachment; filename="unrolled-{view}.csv"'
    arrays = np.load(io.BytesIO(client.get(f"/api/v1/{view}.npz?{SMALL}").content), allow_pickle=False)
    assert json.loads(str(arrays["query"]))["length"] == 6
    assert len(arrays.files) > 1


# An MLP sees only its own step: all that lies between two steps is exactly zero.
@pytest.mark.parametrize(
    "query",
    ["length=9", "length=6&model=mlp", "length=9&truncation=sliding&window=3", "length=9&from=3&until=5&since=4"],
)
def test_csv_and_npz_and_json_hold_the_same_numbers(client: TestClient, query: str) -> None:
    data = client.get(f"/api/v1/influence?{query}").json()
    arrays = np.load(io.BytesIO(client.get(f"/api/v1/influence.npz?{query}").content))
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/v1/influence.csv?{query}").text)))
    names = [name for name in ("log10_norm", "log10_norm_full", "kept") if name in data]
    assert len(names) == (3 if "truncation" in query else 1)
    for name in names:
        matrix = arrays[name]
        told = [[cell if np.isfinite(cell) else None for cell in line] for line in matrix.tolist()]
        assert told == data[name]
        for row in rows:
            cell = matrix[data["t"].index(int(row["t"])), data["k"].index(int(row["k"]))]
            written = float(row[name]) if row[name] else np.nan
            np.testing.assert_array_equal(written, float(cell))
    assert len(rows) == sum(k <= t for t in data["t"] for k in data["k"])
    assert ("-inf" in {row["log10_norm"] for row in rows}) == ("mlp" in query)


@pytest.mark.parametrize("view", few(VIEWS, 4))
def test_the_figure_holds_the_full_query(client: TestClient, view: str) -> None:
    first = client.get(f"/api/v1/{view}/figure?{SMALL}&t=5&k=2").json()
    other = client.get(f"/api/v1/{view}/figure?{SMALL}&t=4&k=2").json()
    assert first["data"]
    assert first["layout"]["meta"]["query"] | {"t": 5, "length": 6} == first["layout"]["meta"]["query"]
    assert other["layout"]["meta"]["query"]["t"] == 4


def test_what_a_view_does_not_depend_on_is_not_computed_again(client: TestClient) -> None:
    # Each computation measures its own time to the microsecond: equal times are one computation.
    cells = [client.get(f"/api/v1/influence?length=17&seed=5&t={t}&k=2").json() for t in (5, 6)]
    assert cells[0]["query"] != cells[1]["query"]
    assert cells[0]["ms"] == cells[1]["ms"]
    other = client.get("/api/v1/influence?length=17&seed=6").json()
    assert other["ms"] != cells[0]["ms"]


def test_same_query_in_another_order_is_the_same_answer(client: TestClient) -> None:
    one = client.get("/api/v1/influence?length=7&gain=1.50")
    other = client.get("/api/v1/influence?v=1&gain=1.5&hidden=16&length=7")
    assert one.headers["etag"] == other.headers["etag"]
    assert one.json() == other.json()


def test_other_sites_may_read_every_get(client: TestClient) -> None:
    for path in (f"/api/v1/influence?{SMALL}", "/api/v1/options", "/api/v1/influence?length=0", "/api/v1/nothing"):
        assert client.get(path).headers["access-control-allow-origin"] == "*"
    posted = client.post("/api/v1/influence", json={})
    assert "access-control-allow-origin" not in posted.headers
    preflight = client.options(
        "/api/v1/influence", headers={"Origin": "https://a.test", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers


def test_what_is_not_small_already_is_compressed(client: TestClient) -> None:
    # Once, where it is written: what is sent again is not compressed again.
    assert {name for name, form in formats_of("graph").items() if form.is_compressed} == {"npz"}
    for form in formats_of("graph"):
        answer = client.get(f"{path_of('graph', form)}?length=40&hidden=3", headers={"accept-encoding": "gzip"})
        assert (answer.headers.get("content-encoding") == "gzip") == (form != "npz"), form
