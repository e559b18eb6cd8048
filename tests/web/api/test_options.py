"""The options name every field and value of a query, and the health check answers."""

from starlette.testclient import TestClient

import unrolled
from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.models import MODELS
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS


def test_every_table_is_there_with_words(client: TestClient) -> None:
    options = client.get("/api/v1/options").json()
    kinds: tuple[str, ...] = ("models", "activations", "inits", "resets", "inputs", "of", "wrt", "views", "gauges")
    kinds += ("truncations", "losses", "orders", "positions")
    names = {kind: [row["name"] for row in options[kind]] for kind in kinds}
    assert names == {
        "models": list(MODELS),
        "resets": ["after", "before"],
        "of": ["h", "c", "s", "o"],
        "truncations": ["none", "chunked", "sliding"],
        "losses": ["sum", "last"],
        "orders": ["original", "shuffled", "reversed"],
        "positions": ["none", "sinusoidal"],
        "wrt": ["h", "c", "s", "x"],
        "gauges": list(METRICS),
        "activations": list(ACTIVATIONS),
        "inits": list(INITIALISATIONS),
        "inputs": list(SEQUENCES),
        "views": list(VIEWS),
    }
    for kind in ("models", "activations", "inits", "resets", "inputs", "norms", "of", "wrt"):
        assert all(row["label"] and row["note"] and row["formula"] for row in options[kind])
    for kind in ("truncations", "losses", "orders", "positions"):
        assert all(row["label"] and row["note"] for row in options[kind])
    assert options["activations"][0]["gamma"] == 1.0
    lstm = options["models"][1]
    assert (lstm["gates"], lstm["states"], lstm["keeps"]) == (["i", "f", "g", "o"], ["h", "c"], "f")
    assert all(row["note"] for row in options["gauges"])
    assert all(row["source"] for kind in ("models", "activations", "inits", "resets", "norms") for row in options[kind])


def test_every_field_is_there_with_bounds_default_and_help(client: TestClient) -> None:
    rows = {row["name"]: row for row in client.get("/api/v1/options").json()["fields"]}
    assert list(rows) == list(Query.names())
    assert all(row["label"] and row["help"] for row in rows.values())
    assert rows["length"] | {"minimum": 1, "maximum": 65536, "default": 32, "step": 1} == rows["length"]
    assert [choice["value"] for choice in rows["norm"]["choices"]] == ["spectral", "frobenius"]
    assert rows["t"]["default"] is None
    tolerance = rows["tolerance"]
    assert (tolerance["above"], tolerance["maximum"], tolerance["default"], tolerance["step"]) == (0, 1, 0.1, 0.01)


def test_defaults_of_the_options_are_the_default_query(client: TestClient) -> None:
    options = client.get("/api/v1/options").json()
    defaults = {row["name"]: row["default"] for row in options["fields"]}
    assert client.post("/api/v1/influence", json={"query": defaults}).json()["links"]["page"] == "/?v=1"


def test_limits_are_those_of_the_server(client: TestClient) -> None:
    limits = client.get("/api/v1/options").json()["limits"]
    assert limits["length"] == 65536
    assert (limits["hidden"], limits["layers"], limits["state"]) == (256, 4, 2048)
    assert limits["gflop"] > 0
    assert limits["body_mib"] == 32


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "version": unrolled.__version__}
