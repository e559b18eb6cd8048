"""The OpenAPI description and its page say what is so."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.formats import FORMATS, path_of
from app.api.inference import schema_of
from app.errors import UnrolledError
from app.query import Query
from app.views import VIEWS


@pytest.fixture(scope="module")
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_every_path_is_described_with_both_methods(document: Any) -> None:
    for view in VIEWS:
        for form in FORMATS:
            assert document["paths"][path_of(view, form)].keys() == {"get", "post"}


def test_every_described_path_exists(client: TestClient, document: Any) -> None:
    for path, methods in document["paths"].items():
        assert client.get(path).status_code == 200
        if "post" in methods:
            assert client.post(path, json={"query": {"length": 2, "hidden": 2}}).status_code == 200


def test_parameters_are_the_fields_of_the_query(document: Any) -> None:
    rows = document["components"]["parameters"]
    given = document["paths"]["/api/v1/influence"]["get"]["parameters"]
    assert given == [{"$ref": f"#/components/parameters/{name}"} for name in rows]
    assert rows.keys() == Query.model_fields.keys()
    assert rows["length"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 4096, "default": 32}
    assert rows["activation"]["schema"]["enum"][0] == "tanh"
    assert all(row["description"] for row in rows.values())


def test_example_body_is_answered(client: TestClient, document: Any) -> None:
    body = document["paths"]["/api/v1/influence"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/api/v1/influence", json=body).status_code == 200


def test_every_operation_has_its_own_name_and_tells_its_problems(document: Any) -> None:
    operations = [row for path in document["paths"].values() for row in path.values()]
    assert len({row["operationId"] for row in operations}) == len(operations)
    for row in operations:
        if row["tags"] != ["server"]:
            assert "application/problem+json" in row["responses"]["422"]["content"]


def test_schema_of_an_example() -> None:
    number = {"type": ["number", "null"]}
    assert schema_of([[1, None], [2.5]]) == {"type": "array", "items": {"type": "array", "items": number}}
    assert schema_of([{"a": 1, "b": "x"}, {"a": None}]) == {
        "type": "array",
        "items": {"type": "object", "properties": {"a": number, "b": {"type": "string"}}, "required": ["a"]},
    }
    assert schema_of(True) == {"type": "boolean"}
    nothing_or_object = schema_of({"a": None}, {"a": {"b": 1}}, {"a": {"b": 2, "c": 3}})["properties"]["a"]
    assert [option["type"] for option in nothing_or_object["anyOf"]] == [["number", "null"], "object"]
    assert nothing_or_object["anyOf"][1]["required"] == ["b"]
    assert schema_of([]) == {"type": "array", "items": {}}


def kinds(error: type[UnrolledError]) -> set[str]:
    return {error.kind}.union(*(kinds(child) for child in error.__subclasses__()))


def test_page_names_every_view_field_and_problem(client: TestClient) -> None:
    page = client.get("/docs").text
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert ids >= set(VIEWS)
    assert ids >= kinds(UnrolledError)
    assert all(f"<code>{name}</code>" in page for name in Query.model_fields)


def test_type_of_a_problem_leads_to_its_place_on_the_page(client: TestClient) -> None:
    path, _, place = client.get("/api/v1/nothing").json()["type"].partition("#")
    assert f'id="{place}"' in client.get(path).text


def test_page_needs_nothing_from_elsewhere_and_no_inline_script(client: TestClient) -> None:
    page = client.get("/docs").text
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert not re.findall(r"\sstyle=", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
