"""Every view of every model, layer, derivative and window, in every format."""

import csv
import io
import json
import math
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.cases import few
from tests.models import DIRECT
from unrolled.views import VIEWS
from unrolled.web.api.views import path_of

CASES = {
    "rnn": "model=rnn",
    "lstm": "model=lstm",
    "gru after": "model=gru",
    "gru before": "model=gru&reset=before",
    "two layers": "model=lstm&layers=2&hidden=3",
    "through two layers": "model=gru&layers=2&layer=2&origin=1",
    "stacked rnn to the input": "layers=3&wrt=x&norm=frobenius",
    "cell by input": "model=lstm&of=c&wrt=x",
    "cell by input through a stack": "model=lstm&layers=2&of=c&wrt=x&input=text&text=abcab",
    "whole state": "model=lstm&of=s&wrt=s",
    "output by cell": "model=lstm&of=h&wrt=c&layer=1&layers=2",
    "zoomed": "length=40&resolution=5&from=10&until=20&since=25&to=33",
    "zoomed lstm, one row": "model=lstm&length=20&from=4&since=9&to=9",
    "sampled": "model=gru&length=90&resolution=9&t=71&k=33",
    "chrono": "model=lstm&chrono=40",
    "no gain": "model=gru&gain=0.0",
    "one step": "model=lstm&length=1&hidden=1",
    "prediction by state": "of=o",
    "prediction by input": "model=gru&layers=2&of=o&wrt=x&input=text&text=abcab",
    "chunked": "truncation=chunked&window=5",
    "last loss": "loss=last&tolerance=0.01&model=gru&layers=2&layer=1",
    "sliding": "model=lstm&truncation=sliding&window=4&length=40&resolution=9",
    "mlp": "model=mlp&layers=2",
    "window": "model=window&window=3&activation=relu",
    "attention": "model=attention&key=3&positions=sinusoidal",
    "attention to text": "model=attention&input=text&text=abcab&norm=frobenius",
    "sampled attention": "model=attention&length=90&resolution=9&t=71&k=33",
    "shuffled": "model=lstm&order=shuffled",
}


def model_of(case: str) -> str:
    return dict(parse_qsl(CASES[case])).get("model", "rnn")


EVERY = [(view, case) for view in VIEWS for case in CASES if model_of(case) in VIEWS[view].models]


def in_turn() -> list[tuple[str, str]]:
    """Choose a view for each case, one that has had the fewest cases."""
    chosen: list[tuple[str, str]] = []
    for case in CASES:
        had = Counter(view for view, _ in chosen)
        chosen.append((min((view for view in VIEWS if (view, case) in EVERY), key=lambda view: had[view]), case))
    return chosen


def one_of_every_view(offset: int) -> list[tuple[str, str]]:
    """Choose a case for each view."""
    cases = {view: [case for of, case in EVERY if of == view] for view in VIEWS}
    return [(view, cases[view][(offset + 5 * index) % len(cases[view])]) for index, view in enumerate(VIEWS)]


def numbers(value: Any) -> list[float]:
    """Gather every number in a JSON value."""
    if isinstance(value, dict | list):
        return [number for part in (value.values() if isinstance(value, dict) else value) for number in numbers(part)]
    return [value] if isinstance(value, int | float) else []


def query(case: str) -> str:
    return urlencode({"length": "14", "hidden": "4"} | dict(parse_qsl(CASES[case])))


@pytest.mark.parametrize(("view", "case"), few(EVERY, in_turn()))
def test_every_number_is_finite_and_every_law_holds(client: TestClient, view: str, case: str) -> None:
    answer = client.get(f"/api/v1/{view}?{query(case)}")
    assert answer.status_code == 200, answer.text[:400]
    payload = answer.json(parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert all(map(math.isfinite, numbers(payload)))
    failed = [check for check in payload["checks"] if not check["passed"]]
    assert not failed
    products = {"derivative", "norm order"} | (set() if model_of(case) in DIRECT else {"composition", "adjoint"})
    of_a_loss = {
        "credit": {"cells", "rows", "lags", "sum", "summary", "truncation", "losses", "difference"},
        "bias": {"whole", "one step", "kept pairs", "advice", "curves", "told", "losses", "difference"},
    }
    assert {check["name"] for check in payload["checks"]} >= of_a_loss.get(view, products)
    assert all(check["says"] for check in payload["checks"])
    for word in ("nan", "None", "inf ", "  "):
        assert word not in json.dumps(payload.get("sentence") or payload["summary"]["sentence"])


@pytest.mark.parametrize(("view", "case"), few(EVERY, one_of_every_view(1)))
def test_every_figure_carries_the_same_checks(client: TestClient, view: str, case: str) -> None:
    figure = client.get(f"{path_of(view, 'figure')}?{query(case)}").json(parse_constant=pytest.fail)
    checks = figure["layout"]["meta"]["checks"]
    assert checks
    assert all(check["passed"] for check in checks)
    assert checks == client.get(f"/api/v1/{view}?{query(case)}").json()["checks"]


@pytest.mark.parametrize(("view", "case"), few(EVERY, one_of_every_view(3)))
def test_files_are_whole(client: TestClient, view: str, case: str) -> None:
    rows = list(csv.reader(io.StringIO(client.get(f"{path_of(view, 'csv')}?{query(case)}").text, newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    arrays = np.load(io.BytesIO(client.get(f"{path_of(view, 'npz')}?{query(case)}").content), allow_pickle=False)
    fields = json.loads(str(arrays["query"]))
    assert {name: str(fields[name]) for name, _ in parse_qsl(query(case))} == dict(parse_qsl(query(case)))
    assert len(arrays.files) > 1
