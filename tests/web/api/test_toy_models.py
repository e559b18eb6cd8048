"""A model is its file and its row: two toys, which give nothing but what every model must, are answered everywhere."""

import json
from typing import Any
from urllib.parse import parse_qsl

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian
from starlette.testclient import TestClient

from tests.core.leaky import ALPHA
from tests.toy.models import FADING, TOYS
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.main import create_app
from unrolled.query.choices import choices, properties
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.settings import Settings
from unrolled.views import VIEWS

QUERY = "length=9&hidden=3&seed=5&input=text&text=abcab"
# What asks for slopes or gates means nothing for a cell that names none.
WITHOUT = {"leaky": {"saturation"}, "fading": {name for name, view in VIEWS.items() if "mlp" not in view.models}}


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for name, model in TOYS.items():
        monkeypatch.setitem(MODELS, name, model)
    yield
    monkeypatch.undo()
    properties.cache_clear()
    choices.cache_clear()


@pytest.fixture
def client(registered):
    properties.cache_clear()
    choices.cache_clear()
    with TestClient(create_app(Settings(threads=1))) as client:
        yield client


@pytest.mark.parametrize("model", TOYS)
def test_every_view_answers_in_every_form_or_says_that_it_means_nothing(client, model):
    for name, view in VIEWS.items():
        response = client.get(f"/api/v1/{name}?model={model}&{QUERY}")
        if name in WITHOUT[model]:
            assert response.status_code == 422, name
            assert f"means nothing for model={model}" in response.json()["detail"]
            continue
        assert response.status_code == 200, (name, response.text)
        assert all(check["passed"] for check in response.json()["checks"]), name
        for form in ["/figure", ".csv", ".npz", *(f".{drawing.name}" for drawing in view.drawings)]:
            assert client.get(f"/api/v1/{name}{form}?model={model}&{QUERY}").status_code == 200, (name, form)


@pytest.mark.parametrize("model", TOYS)
def test_pages_pictures_comparisons_and_assertions_know_it(client, model):
    page = client.get(f"/?model={model}&{QUERY}")
    assert page.status_code == 200
    assert TOYS[model].label in page.text
    hidden = {name for name in VIEWS if f'id="{name}"' in page.text and f'needless" id="{name}"' in page.text}
    assert WITHOUT[model] <= hidden
    for picture in ("/preview.png", "/triangle.png"):
        assert client.get(f"{picture}?model={model}&{QUERY}").headers["content-type"] == "image/png"
    grid = client.get(f"/api/v1/compare?rows=model&row_values={model},gru&columns=length&column_values=4,6&hidden=2")
    assert grid.status_code == 200, grid.text
    names = [row["name"] for row in client.get("/api/v1/options").json()["models"]]
    assert model in names
    checked = client.get(f"/api/v1/check?model={model}&{QUERY}&assert=horizon>=1")
    assert checked.status_code == (200 if TOYS[model].states else 422)


def test_the_triangles_are_those_of_autograd(client):
    for model, function in (("leaky", _leaky), ("fading", _fading)):
        network = Experiment(Query.parse(parse_qsl(f"model={model}&{QUERY}")))
        forward = run(network, Memo(2**24))
        response = json.loads(client.get(f"/api/v1/influence?model={model}&{QUERY}").text)
        cells = [(9, 9), (9, 8), (9, 3), (6, 1)]
        for t, k in cells:
            expected = np.linalg.norm(function(forward, t, k), 2)
            assert 10 ** response["log10_norm"][t - 1][k - 1] == pytest.approx(expected, rel=1e-10), (model, t, k)


def _leaky(forward: Any, t: int, k: int) -> Any:
    """∂h_t/∂h_k of the equations."""
    w = {name: forward.parameters[f"{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}

    def state(h: Any) -> Any:
        for x in forward.sequence.inputs[k:t]:
            a = anp.dot(w["weight_ih"], x) + w["bias_ih"] + anp.dot(w["weight_hh"], h) + w["bias_hh"]
            h = (1 - ALPHA) * h + ALPHA * anp.tanh(a)
        return h

    return jacobian(state)(forward.trace.layers[0].h[k])


def _fading(forward: Any, t: int, k: int) -> Any:
    """∂o_t/∂x_k of the equations."""
    inputs, w = forward.sequence.inputs, forward.parameters

    def output(x: Any) -> Any:
        total = sum(FADING ** (t - step) * (x if step == k else inputs[step - 1]) for step in range(1, t + 1))
        return anp.dot(w["weight_o"], anp.tanh(anp.dot(w["weight_i"], total)))

    return jacobian(output)(inputs[k - 1])
