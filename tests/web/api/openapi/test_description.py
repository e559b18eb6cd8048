"""The OpenAPI description and its page say what is so."""

import re
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS
from unrolled.web.api.formats import formats_of, path_of


@pytest.fixture(scope="module")
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_every_path_is_described_with_both_methods(document: Any) -> None:
    for view in VIEWS:
        for form in formats_of(view):
            assert document["paths"][path_of(view, form)].keys() == {"get", "post"}


def test_every_described_path_exists(client: TestClient, document: Any) -> None:
    small = {"length": "2", "hidden": "2"}
    for path, methods in few(document["paths"].items(), 24):
        rows = methods["get"].get("parameters", ())
        needed = {row["name"]: row["example"] for row in rows if row.get("required")}
        axes = {"rows": "", "columns": ""} if path.endswith("/compare") else {}
        assert client.get(path, params=(small | needed | axes if rows else {})).status_code == 200
        if "post" in methods:
            body = {"query": {"length": 2, "hidden": 2}, "assert": ["horizon>=1"]}
            assert client.post(path, json=body).status_code == 200


def test_parameters_are_the_fields_of_the_query(document: Any) -> None:
    rows = document["components"]["parameters"]
    given = document["paths"]["/api/v1/influence"]["get"]["parameters"]
    assert given == [{"$ref": f"#/components/parameters/{name}"} for name in rows]
    assert list(rows) == list(Query.names())
    assert rows["length"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 65536, "default": 32}
    assert rows["activation"]["schema"]["enum"][0] == "tanh"
    assert all(row["description"] for row in rows.values())


def test_example_body_is_answered(client: TestClient, document: Any) -> None:
    body = document["paths"]["/api/v1/influence"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/api/v1/influence", json=body).status_code == 200


def test_a_body_may_be_a_file(client: TestClient, document: Any) -> None:
    for path, methods in document["paths"].items():
        if "post" in methods:
            content = methods["post"]["requestBody"]["content"]
            assert list(content) == [
                "application/json",
                "application/x-npz",
                "application/x-safetensors",
                "audio/wav",
            ], path
    weights = {"rnn.weight_ih_l0": np.ones((8, 1)), "rnn.weight_hh_l0": np.eye(8, 2)}
    answer = client.post(
        "/api/v1/influence?length=3",
        content=save(weights),
        headers={"Content-Type": "application/x-safetensors"},
    )
    assert (answer.status_code, answer.json()["query"]["model"]) == (200, "lstm")


def test_a_file_takes_every_field_of_the_query_in_the_url(client: TestClient, document: Any) -> None:
    described = [path["post"] for path in document["paths"].values() if "post" in path]
    assert len(described) == sum(len(formats_of(view)) + 1 for view in VIEWS) + 1
    for row in described:
        told = [each["$ref"] for each in row["parameters"] if "$ref" in each]
        assert told == [f"#/components/parameters/{name}" for name in Query.names()]
        assert "refused" in row["description"]
    weights = {"weight_ih_l0": np.ones((8, 1)), "weight_hh_l0": np.eye(8, 2)}
    chosen: dict[str, Any] = {
        "model": "lstm",
        "layers": 1,
        "hidden": 2,
        "t": 3,
        "k": 2,
        "of": "c",
        "input": "walk",
        "series": "1,2",
    }
    answer = client.post(
        "/api/v1/jacobian", params=chosen, content=save(weights), headers={"Content-Type": "application/x-safetensors"}
    )
    query = answer.json()["query"]
    assert chosen | {"series": [1, 2]} == {name: query[name] for name in chosen}


def test_names_of_parameters_are_a_pattern(document: Any) -> None:
    weights = document["components"]["schemas"]["OwnNetwork"]["properties"]["weights"]
    matrix, vector = weights["patternProperties"]
    assert all(
        re.search(matrix, name) for name in ("weight_ih_l0", "weight_hh_l3", "rnn.weight_hh_l1", "a.b.weight_ih_l2")
    )
    assert all(re.search(vector, name) for name in ("bias_ih_l0", "encoder.bias_hh_l3"))
    wrong = ("weight_ih_l4", "weight_hh_l0_reverse", "weight_hr_l0", "weight_ih_l01", "xweight_ih_l0", "bias_l0")
    assert not any(re.search(pattern, name) for pattern in (matrix, vector) for name in wrong)
    assert not weights["additionalProperties"]


def test_assertions_are_described_with_an_answer(client: TestClient, document: Any) -> None:
    described = document["paths"]["/api/v1/check"]
    told = described["get"]["responses"]["200"]["content"]["application/json"]
    assert {row["name"] for row in told["example"]["assertions"]} == {"horizon", "rate", "verdict", "sigma_max"}
    assert list(told["example"]["measured"]) == list(METRICS)
    asserted = described["get"]["parameters"][0]
    assert (asserted["name"], asserted["required"]) == ("assert", True)
    assert described["post"]["parameters"][0]["required"] is False
    body = described["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/api/v1/check", json=body).json()["assertions"][0]["assert"] == body["assert"][0]


def test_progress_is_described_as_events(document: Any) -> None:
    for view in VIEWS:
        answers = document["paths"][f"/api/v1/{view}/progress"]["get"]["responses"]
        event = answers["200"]["content"]["text/event-stream"]["schema"]["properties"]["event"]
        assert event["enum"] == ["progress", "done", "failed"]
        assert answers.keys() == {"200", "422"}


def test_schemas_are_told_by_gates_layers_windows_and_own_networks_too(document: Any) -> None:
    def schema(view: str) -> Any:
        return document["paths"][f"/api/v1/{view}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    remedy = schema("diagnosis")["properties"]["remedies"]["items"]["properties"]
    assert {option["type"] if isinstance(option["type"], str) else "null" for option in remedy["link"]["anyOf"]} == {
        "string",
        "null",
    }
    for view in VIEWS:
        check = schema(view)["properties"]["checks"]["items"]
        assert set(check["required"]) == {"name", "value", "tolerance", "passed", "says"}


def test_every_operation_has_its_own_name_and_tells_its_problems(document: Any) -> None:
    operations = [row for path in document["paths"].values() for row in path.values()]
    assert len({row["operationId"] for row in operations}) == len(operations)
    for row in operations:
        if row["tags"] != ["server"]:
            assert "application/problem+json" in row["responses"]["422"]["content"]
