"""Every error is one problem+json that names the fault and a remedy."""

import logging
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

import unrolled.views
from unrolled.main import create_app
from unrolled.settings import Settings

BAD = "/api/v1/influence?length=0&activation=reul&gain=NaN&foo=1"


def test_every_fault_is_listed_at_once(client: TestClient) -> None:
    answer = client.get(BAD)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == 422
    assert {fault["field"] for fault in problem["errors"]} == {"length", "activation", "gain", "foo"}
    by_field = {fault["field"]: fault for fault in problem["errors"]}
    assert "Did you mean relu?" in by_field["activation"]["message"]
    assert by_field["length"]["allowed"] == [1, 65536]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("length=8&length=9", "more than once"),
        ("text=" + "a" * 10_000, "10000 characters"),
        ("series=1,2,x", "Entry 3 of series is “x”"),
        ("text=%FF", "The query holds the bytes \\xff, which are no UTF-8 text"),
        ("length=4&t=5", "the sequence ends at 4"),
        ("t=3&k=4", "must not come after"),
        ("v=2", "v is"),
        ("input=series", "empty"),
        ("length=1e1", "length"),
    ],
)
def test_bad_queries_are_refused(client: TestClient, query: str, message: str) -> None:
    answer = client.get(f"/api/v1/influence?{query}")
    assert answer.status_code == 422
    assert message in answer.json()["detail"]


def test_too_much_work_is_refused_before_it_begins_and_says_what_would_fit(client: TestClient) -> None:
    answer = client.get("/api/v1/influence?length=65536&hidden=256&resolution=256")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("#too-much-work")
    assert "hidden" in {fault["field"] for fault in answer.json()["errors"]}


def test_an_unexpected_error_is_logged_and_reveals_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("secret inside")

    broken = replace(unrolled.views.VIEWS["influence"], compute=fail)
    monkeypatch.setitem(unrolled.views.VIEWS, "influence", broken)
    client = TestClient(create_app(Settings(threads=1)))
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/v1/influence")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text


def test_busy_server_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(threads=1, queue=0))
    monkeypatch.setattr(app.state.answers.workers, "places", 0)
    answer = TestClient(app).get("/api/v1/influence")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"].endswith("#busy")
