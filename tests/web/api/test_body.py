"""A network of one's own by POST: as JSON, as an NPZ, as safetensors."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

from tests.cases import few
from tests.models import RECURRENT, make_network
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.api.body import MEDIA_TYPES
from unrolled.web.api.views import formats_of, path_of

BODY: dict[str, Any] = {
    "query": {"activation": "identity"},
    "weights": {"weight_ih_l0": [[1.0], [0.0]], "weight_hh_l0": [[0.0, 0.1], [0.1, 0.0]]},
    "inputs": [[1.0], [0.0], [0.0], [0.0]],
}
JSON = {"Content-Type": "application/json"}
EVERY = [(view, form) for view in VIEWS for form in formats_of(view)]


@pytest.mark.parametrize(("view", "form"), few(EVERY, 14))
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
    ("body", "field", "message"),
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
        (b'{"weights": {"weight_ih_l0": [[1]], "weight_hh_l0": [[1]], "\\ud800": 1}}', "weights.?", "no parameter"),
        (b'{"initial_state": {"\\ud800": 1}}', "initial_state.?", "no state"),
        (b'{"\\udfff": 1}', "?", "no member"),
        (b'{"\\ud800": 1, "\\ud800": 1}', "body", "more than once"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: bytes, field: str, message: str) -> None:
    answer = client.post("/api/v1/influence", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    faults = answer.json()["errors"]
    assert [fault["field"] for fault in faults] == [field]
    assert message in faults[0]["message"]


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
    assert all(name in answer.json()["detail"] for name in MEDIA_TYPES)


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


def npz(arrays: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


ENCODERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    name: save if "safetensors" in name else npz
    for name in MEDIA_TYPES
    if name != "application/json" and not name.startswith("audio/")
}


def network(model: str, layers: int) -> dict[str, Any]:
    """Draw a network as a file holds it."""
    rng = np.random.default_rng(7)
    parameters = {
        f"rnn.{name}": rng.normal(size=shape)
        for name, shape in make_network(model, 2, 3, layers).parameter_shapes().items()
    }
    states = {name: rng.normal(size=(layers, 3)) for name in RECURRENT[model].states}
    return parameters | states | {"inputs": rng.normal(size=(6, 2))}


def as_json(arrays: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """Encode the same arrays as JSON."""
    return {
        "query": query,
        "weights": {name[4:]: array.tolist() for name, array in arrays.items() if name.startswith("rnn.")},
        "inputs": arrays["inputs"].tolist(),
        "initial_state": {name: arrays[name].tolist() for name in ("h", "c") if name in arrays},
    }


@pytest.mark.parametrize(
    ("model", "layers"),
    few(
        [(model, layers) for model in RECURRENT for layers in (1, 3)],
        [("rnn", 1), ("lstm", 3), ("gru", 1), ("mingru", 1)],
    ),
)
def test_files_and_json_say_the_same(client: TestClient, model: str, layers: int) -> None:
    # Without a matrix from state to state the model has to be named.
    arrays, asked = network(model, layers), {"norm": "frobenius"}
    if "rnn.weight_hh_l0" not in arrays:
        asked["model"] = model
    path = f"/api/v1/influence?{urlencode(asked)}"
    expected = client.post("/api/v1/influence", json=as_json(arrays, asked)).json()
    assert expected["query"] | {"model": model, "layers": layers, "hidden": 3, "length": 6} == expected["query"]
    for media_type, encode in ENCODERS.items():
        headers = {"Content-Type": media_type}
        answer = client.post(path, content=encode(arrays), headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json() == expected
    octets = client.post(path, content=save(arrays), headers=OCTETS)
    assert octets.json() == expected


OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize("encode", [npz, save])
def test_a_file_without_inputs_takes_those_of_the_query(client: TestClient, encode: Any) -> None:
    arrays = {"weight_ih_l0": np.ones((4, 1)), "weight_hh_l0": np.eye(4)}
    answer = client.post("/api/v1/influence?length=9&text=", content=encode(arrays), headers=OCTETS)
    assert answer.json()["query"]["length"] == 9
    inputs = client.post("/api/v1/influence?hidden=5", content=encode({"inputs": np.ones((7, 2))}), headers=OCTETS)
    assert inputs.json()["query"] | {"length": 7, "hidden": 5} == inputs.json()["query"]


@pytest.mark.parametrize(
    ("arrays", "query", "fields"),
    [
        ({"fc.weight": np.ones(2)}, "", ["fc.weight"]),
        ({"inputs": np.ones(2)}, "", ["inputs"]),
        ({"rnn.bias_hh_l2": np.full(3, np.nan)}, "", ["rnn.bias_hh_l2[0]"]),
        ({"c": np.ones((1, 3))}, "", ["c"]),
        ({"h": np.ones((2, 3))}, "gain=x&colour=1", ["h", "gain", "colour"]),
        ({"h": np.ones((2, 3))}, "gain=1&gain=2&t=9", ["h", "gain", "t"]),
        ({}, "model=lstm&layers=2&hidden=4&length=3", ["length", "model", "layers", "hidden"]),
        ({}, "t=9", ["t"]),
        ({"h": np.ones((1, 3), bool)}, "", ["h"]),
    ],
)
def test_faults_in_a_file_are_named_as_they_stand_there(
    client: TestClient, arrays: dict[str, Any], query: str, fields: list[str]
) -> None:
    for encode in (npz, save):
        file_arrays = network("rnn", 1)
        file_arrays |= {f"rnn.weight_{kind}_l{layer}": np.ones((3, 3)) for kind in ("ih", "hh") for layer in (1, 2)}
        file_arrays |= {f"rnn.bias_{kind}_l{layer}": np.ones(3) for kind in ("ih", "hh") for layer in (1, 2)}
        file_arrays |= {"h": np.ones((3, 3))} | arrays
        answer = client.post(f"/api/v1/influence?{query}", content=encode(file_arrays), headers=OCTETS)
        assert answer.status_code == 422
        assert sorted(fault["field"] for fault in answer.json()["errors"]) == sorted(fields)


def test_json_has_its_query_in_the_body(client: TestClient) -> None:
    answer = client.post("/api/v1/influence?norm=frobenius&norm=spectral&x=1", json=BODY)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["norm", "x"]
    assert answer.json()["detail"].startswith("“norm” is in the URL of a JSON body: put it into the member “query”.")


def test_what_is_asserted_is_a_member_of_a_body(client: TestClient) -> None:
    assert client.post("/api/v1/influence", json=BODY | {"assert": []}).status_code == 200


def test_a_file_that_unpacks_to_too_much_is_refused(narrow: TestClient) -> None:
    stream = io.BytesIO()
    np.savez_compressed(stream, inputs=np.zeros((6000, 1)))
    answer = narrow.post("/api/v1/influence", content=stream.getvalue(), headers=OCTETS)
    assert answer.status_code == 422
    assert "The file unpacks to" in answer.json()["detail"]


BROKEN = (b"", b"PK", b"\x80\x02", json.dumps(BODY).encode(), bytes(1000))


@pytest.mark.parametrize(
    ("media_type", "body"), few([(media_type, body) for media_type in ENCODERS for body in BROKEN], 9)
)
def test_broken_files_are_refused(client: TestClient, media_type: str, body: bytes) -> None:
    answer = client.post("/api/v1/influence", content=body, headers={"Content-Type": media_type})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["body"]
