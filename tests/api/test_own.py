"""A network of one's own by POST."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.formats import FORMATS, path_of
from app.main import create_app
from app.settings import Settings
from app.views import VIEWS

BODY: dict[str, Any] = {
    "query": {"activation": "identity"},
    "weights": {"weight_ih_l0": [[1.0], [0.0]], "weight_hh_l0": [[0.0, 0.1], [0.1, 0.0]]},
    "inputs": [[1.0], [0.0], [0.0], [0.0]],
}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(("view", "form"), [(view, form) for view in VIEWS for form in FORMATS])
def test_every_path_takes_a_body(client: TestClient, view: str, form: str) -> None:
    answer = client.post(path_of(view, form), json=BODY)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_numbers_are_those_of_the_given_network(client: TestClient) -> None:
    answer = client.post("/api/v1/influence", json=BODY).json()
    # A tenth of a permutation: every lag costs exactly a factor of ten, in every direction.
    assert answer["log10_norm"][3] == pytest.approx([-3, -2, -1, 0])
    assert answer["query"] | {"length": 4, "hidden": 2} == answer["query"]
    assert answer["links"] == {
        "page": None,
        "self": "/api/v1/influence",
        "figure": "/api/v1/influence/figure",
        "csv": "/api/v1/influence.csv",
        "npz": "/api/v1/influence.npz",
    }


def test_another_network_is_another_answer(client: TestClient) -> None:
    other = BODY | {"weights": BODY["weights"] | {"weight_hh_l0": [[0.0, 1.0], [1.0, 0.0]]}}
    first = client.post("/api/v1/influence", json=BODY).json()
    second = client.post("/api/v1/influence", json=other).json()
    assert second["log10_norm"][3] == pytest.approx([0, 0, 0, 0])
    assert client.post("/api/v1/influence", json=BODY).json()["log10_norm"] == first["log10_norm"]


@pytest.mark.parametrize("body", [{}, {"query": {}}, {"query": None, "weights": None}])
def test_body_without_arrays_is_the_same_as_a_link(client: TestClient, body: dict[str, Any]) -> None:
    posted, got = client.post("/api/v1/influence", json=body).json(), client.get("/api/v1/influence").json()
    assert posted["log10_norm"] == got["log10_norm"]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (b"", "body", "not JSON"),
        (b"{", "body", "not JSON"),
        (b"\xff", "body", "no UTF-8"),
        (b"[1]", "body", "must be a JSON object"),
        (b"[" * 100_000, "body", "nested too deeply"),
        (b'{"query": {"seed": ' + b"9" * 5000 + b"}}", "body", "cannot be read"),
        (b'{"query": {}, "query": {}}', "body", "“query” is given more than once"),
        (b'{"wieghts": {}}', "wieghts", "Did you mean weights?"),
        (b'{"query": [1]}', "query", "give an object"),
        (b'{"query": {"gain": NaN}}', "query.gain", "gain"),
        (b'{"query": {"gain": 1e999}}', "query.gain", "gain"),
        (b'{"query": {"length": true}}', "query.length", "length is true"),
        (b'{"query": {"series": [1, true]}}', "query.series", "series"),
        (b'{"query": {"text": "\\ud800", "input": "text"}}', "query.text", "text"),
        (b'{"query": {"aktivation": "relu"}}', "query.aktivation", "Did you mean activation?"),
        (b'{"inputs": [[1.0], [Infinity]]}', "inputs[1][0]", "inf"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: bytes, field: str, said: str) -> None:
    answer = client.post("/api/v1/influence", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    faults = answer.json()["errors"]
    assert [fault["field"] for fault in faults] == [field]
    assert said in faults[0]["message"]


def test_wrong_shape_says_which_got_and_expected(client: TestClient) -> None:
    wrong = BODY | {"weights": BODY["weights"] | {"weight_ih_l0": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}}
    (fault, *_) = client.post("/api/v1/influence", json=wrong).json()["errors"]
    assert fault["field"] == "weights.weight_ih_l0"
    assert "(3, 2)" in fault["message"]
    assert "(2, " in fault["message"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_media_types_are_refused(client: TestClient, media_type: str) -> None:
    answer = client.post("/api/v1/influence", content=json.dumps(BODY), headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert answer.json()["status"] == 415


def test_charset_beside_the_media_type_is_fine(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/api/v1/influence", content=json.dumps(BODY), headers=headers).status_code == 200


@pytest.fixture(scope="module")
def narrow() -> TestClient:
    return TestClient(create_app(Settings(max_body_mib=0.01, threads=1)))


def test_body_that_announces_too_much_is_not_read(narrow: TestClient) -> None:
    read = []

    def body() -> Iterator[bytes]:
        read.append(1)
        yield b" " * 100

    headers = JSON | {"Content-Length": "20000"}
    assert narrow.post("/api/v1/influence", content=body(), headers=headers).status_code == 413


def test_body_in_chunks_is_read_no_further_than_the_limit(narrow: TestClient) -> None:
    answer = narrow.post("/api/v1/influence", content=(b" " * 1000 for _ in range(1000)), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["title"] == "The body is too large"
    assert "UNROLLED_MAX_BODY_MIB" in answer.json()["detail"]
