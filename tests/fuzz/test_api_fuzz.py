"""Whatever is sent, the server answers: never with a 5xx, and what it refuses it explains."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.cases import examples
from tests.fuzz.strategies import BODIES, JSON_VALUES, PAIRS
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS

FORMS = [f"/api/v1/{view}{suffix}" for view in VIEWS for suffix in ("", "/figure", ".csv", ".npz")]
PATHS = st.sampled_from([*FORMS, "/api/v1/check"])
STREAMS = st.sampled_from([f"/api/v1/{view}/progress" for view in VIEWS])
ASSERTED = st.text(max_size=30) | st.builds(
    "{}{}{}".format,
    st.sampled_from([*METRICS, " rate", "speed"]),
    st.sampled_from([">=", "<=", "==", "!=", ">", "<", "=", "=>", " >= "]),
    st.floats() | st.integers() | st.sampled_from(["vanishes", "−1", "1e400", "", "nan", "٣", "1_0"]),
)
BROWSER = {"Accept": "text/html"}
fuzzed = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def small() -> TestClient:
    """Give a server that refuses anything large."""
    return TestClient(create_app(Settings(max_gflop=0.2, threads=2)), follow_redirects=False)


def check(answer: Any) -> None:
    """Hold an answer to the contract."""
    assert answer.status_code in (200, 303, 413, 415, 422), answer.text[:500]
    if answer.status_code in (200, 303):
        return
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == answer.status_code
    assert problem["detail"]


@fuzzed
@given(path=PATHS, pairs=PAIRS)
def test_any_query(small: TestClient, path: str, pairs: list[tuple[str, str]]) -> None:
    check(small.get(f"{path}?{urlencode(pairs)}"))


@fuzzed
@given(path=STREAMS, pairs=PAIRS)
def test_any_progress(small: TestClient, path: str, pairs: list[tuple[str, str]]) -> None:
    check(small.get(f"{path}?{urlencode(pairs)}"))


@fuzzed
@given(asserted=st.lists(ASSERTED, max_size=3), pairs=PAIRS)
def test_any_assertion(small: TestClient, asserted: list[str], pairs: list[tuple[str, str]]) -> None:
    answer = small.get(f"/api/v1/check?{urlencode([*(('assert', text) for text in asserted), *pairs])}")
    check(answer)
    if answer.status_code == 200:
        assert answer.json()["passed"] == all(assertion["passed"] for assertion in answer.json()["assertions"])


@fuzzed
@given(raw=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=60))
def test_any_bytes_of_a_query(small: TestClient, raw: str) -> None:
    check(small.get(f"/api/v1/influence?{raw.replace('#', '')}"))


@fuzzed
@given(path=PATHS, body=BODIES | JSON_VALUES)
def test_any_json(small: TestClient, path: str, body: Any) -> None:
    check(small.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"}))


@fuzzed
@given(body=st.binary(max_size=200))
def test_any_body(small: TestClient, body: bytes) -> None:
    check(small.post("/api/v1/influence", content=body, headers={"Content-Type": "application/json"}))


@fuzzed
@given(pairs=PAIRS)
def test_any_page(small: TestClient, pairs: list[tuple[str, str]]) -> None:
    answer = small.get(f"/?{urlencode(pairs)}", headers=BROWSER)
    assert answer.status_code in (200, 303, 422), answer.text[:500]
    if answer.status_code == 303:
        assert small.get(answer.headers["location"]).status_code in (200, 422)


@fuzzed
@given(path=st.text(st.characters(codec="utf-8"), max_size=40).map(quote))
def test_any_path(small: TestClient, path: str) -> None:
    answer = small.get("/" + path.lstrip("/"), headers={"Accept": "application/json"})
    assert answer.status_code in (200, 303, 404, 422)


@fuzzed
@given(
    headers=st.fixed_dictionaries(
        {},
        optional={
            name: st.text(st.characters(codec="latin-1", min_codepoint=32, exclude_characters="\x7f"), max_size=30)
            for name in (
                "Accept",
                "Accept-Encoding",
                "Host",
                "If-None-Match",
                "Content-Type",
                "Content-Length",
                "Origin",
            )
        },
    )
)
def test_any_headers(small: TestClient, headers: dict[str, str]) -> None:
    sent = {name.encode(): value.strip().encode("latin-1") for name, value in headers.items()}
    for path in ("/?v=1&length=2", "/nothing", "/api/v1/influence?length=2", "/static/icon.svg"):
        assert small.get(path, headers=sent).status_code in (200, 304, 404)
    assert small.post("/api/v1/influence", content=b"{}", headers=sent).status_code in (200, 413, 415, 422)
