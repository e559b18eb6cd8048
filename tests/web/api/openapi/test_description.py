"""The OpenAPI description and its page say what is so."""

from typing import Any

from starlette.testclient import TestClient

from tests.cases import few
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.api.views import formats_of, path_of


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


def test_schemas_cover_gates_layers_windows_and_own_networks_too(document: Any) -> None:
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


def test_every_operation_has_its_own_name_and_lists_its_problems(document: Any) -> None:
    operations = [row for path in document["paths"].values() for row in path.values()]
    assert len({row["operationId"] for row in operations}) == len(operations)
    for row in operations:
        if row["tags"] != ["server"]:
            assert "application/problem+json" in row["responses"]["422"]["content"]


def test_a_server_with_low_limits_describes_itself_all_the_same() -> None:
    with TestClient(create_app(Settings(max_gflop=0.01, threads=1))) as poor:
        assert poor.get("/openapi.json").status_code == 200
        assert poor.get("/docs").status_code == 200
        assert poor.get("/api/v1/activations?length=60&hidden=2").status_code == 422
