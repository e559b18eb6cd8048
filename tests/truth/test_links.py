"""What is told of another network is what its link tells."""

from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.cases import few
from tests.truth.networks import MEMO, asked
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import told
from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.views.text.numbers import counted, pace

TOLD = ("verdict", "horizon", "rate")
CASES = {
    "long, walk": asked(length=2000, hidden=12, seed=4, resolution=64, gain=1.2, input="walk"),
    "default": asked(),
    "gru": asked(model="gru", length=150, hidden=6, seed=3),
}


def linked(link: str) -> dict[str, Any]:
    """Ask the page of a link what it tells."""
    experiment = Experiment(Query.parse(parse_qsl(urlsplit(link).query)))
    payload = VIEWS["influence"].compute(experiment, MEMO).payload()
    return {name: payload["summary"][name] for name in TOLD}


@pytest.mark.parametrize("name", CASES)
def test_a_suggestion_tells_what_its_link_tells(name: str) -> None:
    for remedy in VIEWS["diagnosis"].compute(CASES[name], MEMO).remedies:
        payload, values = remedy.payload(), remedy.sentence().values
        assert {key: payload[key] for key in TOLD} == linked(str(remedy.link))
        assert values["pace"] == payload["rate"]
        assert pace(payload["rate"]) in payload["sentence"]
        assert "steps" not in values or values["steps"] in (payload["horizon"], "")
        if payload["horizon"] is not None:
            assert counted(payload["horizon"], "step") in payload["sentence"]


@pytest.mark.parametrize(
    ("view", "name"),
    few(
        product(["models", "activations", "lengths"], CASES),
        [("models", "default"), ("lengths", "gru"), ("activations", "default")],
    ),
)
def test_a_small_triangle_tells_what_its_link_tells(view: str, name: str) -> None:
    if view == "lengths" or "activation" in CASES[name].query.row.reads or view == "models":
        for panel in VIEWS[view].compute(CASES[name], MEMO).payload()["panels"]:
            assert {key: panel["summary"][key] for key in TOLD} == linked(panel["link"])


@pytest.mark.parametrize(
    "query",
    [
        "rows=truncation&columns=length&column_values=16,40&window=4&hidden=3",
        "rows=model&row_values=gru,mlp&columns=&seeds=3&length=30&hidden=3",
        "rows=activation&row_values=relu,tanh&columns=&length=30&hidden=2&seeds=4",
        "rows=length&row_values=700&columns=&hidden=12&resolution=16",
    ],
)
def test_a_tile_tells_what_its_link_tells(client: TestClient, query: str) -> None:
    for tile in client.get(f"/api/v1/compare?{query}").json()["tiles"]:
        assert {key: tile[key] for key in TOLD} == linked(tile["link"])


def test_a_dead_network_fails_an_assertion_and_is_never_the_one_with_the_longest_horizon(client: TestClient) -> None:
    dead = "activation=relu&hidden=1&seed=0&length=40&of=h&wrt=x&input=constant"
    answer = client.get(f"/api/v1/check?{dead}&assert=horizon>=40&assert=verdict==zero").json()
    assert [row["passed"] for row in answer["assertions"]] == [False, True]
    assert answer["measured"]["horizon"] == 0
    sentence = client.get(f"/api/v1/compare?{dead}&rows=activation&row_values=relu,tanh&columns=").json()["sentence"]
    assert "1 exactly zero" in sentence
    assert sentence.endswith("(tanh).")


@pytest.mark.parametrize("kind", ["sliding", "chunked"])
def test_a_truncation_counts_nowhere_and_everywhere_says_so(client: TestClient, kind: str) -> None:
    query, cut = "length=30&hidden=3&window=3", f"&truncation={kind}"
    for path in ("check?assert=horizon>=1&", "influence?", "compare?rows=&columns=&"):
        plain, truncated = (client.get(f"/api/v1/{path}{query}{more}").json() for more in ("", cut))
        whole, after = (each["tiles"][0] if "tiles" in each else each["summary"] for each in (plain, truncated))
        assert {name: whole[name] for name in TOLD} == {name: after[name] for name in TOLD}
        notes = [*truncated.get("notes", ()), truncated.get("note", "")]
        assert any("which no truncation changes" in note for note in notes), path


def test_of_what_a_chain_is_not_there_is_neither_rate_nor_verdict(client: TestClient) -> None:
    summary = client.get("/api/v1/influence?model=attention&length=30&hidden=3").json()["summary"]
    assert (summary["verdict"], summary["rate"]) == (None, None)
    sizes = told(asked(model="attention", length=30, hidden=3), MEMO).log10_norm
    squares = 10 ** (2 * sizes[-1])
    assert summary["far_share"] == pytest.approx(squares[:15].sum() / squares.sum())
