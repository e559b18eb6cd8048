"""What no route answers is told in the words of the project: no such path, no such method."""

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    "path", ["/api/v1/influense", "/api/v1/influence/", "/api/v2/influence", "/api", "/api/v1/influence.png"]
)
def test_unknown_paths_are_problems(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_view_names_the_nearest(client: TestClient) -> None:
    assert "/api/v1/influence?" in client.get("/api/v1/influense").json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/influence", "GET, HEAD, POST"),
        ("DELETE", "/api/v1/decay.csv", "GET, HEAD, POST"),
        ("PUT", "/api/v1/graph/progress", "GET, HEAD, POST"),
        ("POST", "/api/v1/options", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("PATCH", "/static/icon.svg", "GET, HEAD"),
    ],
)
def test_wrong_method_names_the_right_ones(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.json()["errors"][0]["allowed"] == allowed.split(", ")
