"""The parameters are the fields of the query, beside a file too."""

from typing import Any

import numpy as np
from safetensors.numpy import save
from starlette.testclient import TestClient

from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.web.api.openapi.parameters import query_schema
from unrolled.web.api.views import formats_of


def test_parameters_are_the_fields_of_the_query(document: Any) -> None:
    rows = document["components"]["parameters"]
    parameters = document["paths"]["/api/v1/influence"]["get"]["parameters"]
    assert parameters == [{"$ref": f"#/components/parameters/{name}"} for name in rows]
    assert list(rows) == list(Query.names())
    assert rows["length"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 65536, "default": 32}
    assert rows["activation"]["schema"]["enum"][0] == "tanh"
    assert all(row["description"] for row in rows.values())


def test_a_file_takes_every_field_of_the_query_in_the_url(client: TestClient, document: Any) -> None:
    described = [path["post"] for path in document["paths"].values() if "post" in path]
    assert len(described) == sum(len(formats_of(view)) + 1 for view in VIEWS) + 1
    for row in described:
        references = [parameter["$ref"] for parameter in row["parameters"] if "$ref" in parameter]
        assert references == [f"#/components/parameters/{name}" for name in Query.names()]
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


def test_a_query_in_a_body_has_the_fields_and_no_others(document: Any) -> None:
    described = query_schema()
    assert described["type"] == "object"
    assert described["additionalProperties"] is False
    assert list(described["properties"]) == list(Query.names())
    for name, member in described["properties"].items():
        # What may be left out by null is what is nothing by default.
        kinds = member["type"] if isinstance(member["type"], list) else [member["type"]]
        assert ("null" in kinds) == (Query.default(name) is None), name
    series = described["properties"]["series"]
    assert (series["type"], series["items"]) == ("array", {"type": "number"})
    assert series["maxItems"] >= 1


def test_every_problem_is_described_with_its_errors(document: Any) -> None:
    problem = document["components"]["schemas"]["Problem"]
    assert set(problem["required"]) == {"type", "title", "status", "detail", "errors"} <= set(problem["properties"])
    assert problem["properties"]["errors"]["items"]["required"] == ["field", "message"]
    answers = document["paths"]["/api/v1/influence"]["get"]["responses"]
    for status in ("422", "503"):
        assert answers[status]["description"]
        assert answers[status]["content"]["application/problem+json"]["schema"] == {
            "$ref": "#/components/schemas/Problem"
        }
