"""Any network at all, however extreme its numbers: every view gives finite numbers, or says why there are none."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.core.activations import ACTIVATIONS
from app.main import create_app
from app.query import Query
from app.settings import Settings
from app.views import VIEWS
from tests.fuzz.strategies import queries

fuzzed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
paths = st.sampled_from([f"/api/v1/{view}{suffix}" for view in VIEWS for suffix in ("", "/figure", ".csv", ".npz")])
entries = st.floats(-1e100, 1e100) | st.floats(-2, 2) | st.sampled_from([0.0, -0.0, 1e-308, 5e-324, 1e100, -1e100])


@pytest.fixture(scope="module")
def small() -> TestClient:
    """Give a server that remembers little, so that nothing is answered from memory."""
    return TestClient(create_app(Settings(cache_mib=1, threads=2)))


def check(answer: Any) -> None:
    """Hold an answer to the contract: finite numbers, or the network's state overflows, or it is too much."""
    assert answer.status_code in (200, 422), answer.text[:500]
    if answer.headers["content-type"] == "application/json":
        answer.json(parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    if answer.status_code == 422:
        assert answer.json()["type"].partition("#")[2] in ("overflow", "too-much-work"), answer.text[:500]


@fuzzed
@given(path=paths, query=queries(), length=st.integers(1, 40), hidden=st.integers(1, 8))
def test_any_network_of_a_link(small: TestClient, path: str, query: Query, length: int, hidden: int) -> None:
    t = query.t and min(query.t, length)
    k = query.k and min(query.k, t or length)
    check(small.get(query.changed(length=length, hidden=hidden, t=t, k=k).url(path)))


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a network whose shapes agree."""
    hidden, size, length = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 12))

    def matrix(rows: int, columns: int) -> list[list[float]]:
        row = st.lists(entries, min_size=columns, max_size=columns)
        return draw(st.lists(row, min_size=rows, max_size=rows))

    body: dict[str, Any] = {
        "query": {
            "activation": draw(st.sampled_from(list(ACTIVATIONS))),
            "norm": draw(st.sampled_from(["spectral", "frobenius"])),
        },
        "weights": {"weight_ih_l0": matrix(hidden, size), "weight_hh_l0": matrix(hidden, hidden)},
        "inputs": matrix(length, size),
    }
    if draw(st.booleans()):
        body["weights"] |= {"bias_ih_l0": matrix(1, hidden)[0], "bias_hh_l0": matrix(1, hidden)[0]}
    if draw(st.booleans()):
        body["initial_state"] = {"h": matrix(1, hidden)[0]}
    return body


@fuzzed
@given(path=paths, body=bodies())
def test_any_network_of_ones_own(small: TestClient, path: str, body: dict[str, Any]) -> None:
    check(small.post(path, json=body))
