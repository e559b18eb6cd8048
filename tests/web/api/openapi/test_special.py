"""Assertions and progress are described as they are."""

from typing import Any

from starlette.testclient import TestClient

from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS


def test_assertions_are_described_with_an_answer(client: TestClient, document: Any) -> None:
    described = document["paths"]["/api/v1/check"]
    answer = described["get"]["responses"]["200"]["content"]["application/json"]
    assert {row["name"] for row in answer["example"]["assertions"]} == {"horizon", "rate", "verdict", "sigma_max"}
    assert list(answer["example"]["measured"]) == list(METRICS)
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
