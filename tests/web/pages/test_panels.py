"""Panels are drawn from the table of views: a view registered here is on the page, and in every list of views."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

import unrolled.web.api.openapi.page
import unrolled.web.http.mathml
from tests.toy.view import TOY_VIEW
from tests.web.pages.reading import Page, page_at
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.pages.panels import panel_rows, parts_to_leave_out


@pytest.fixture
def toyed(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Give a client of a server that knows one view more."""
    monkeypatch.setitem(VIEWS, "loudness", TOY_VIEW)
    with TestClient(create_app(Settings(threads=1)), base_url="http://unrolled.test", follow_redirects=False) as client:
        yield client


def test_panels_stand_in_their_rows() -> None:
    assert [[view.name for view in row] for row in panel_rows()] == [
        ["influence", "graph"], ["diagnosis"], ["models"], ["activations"], ["lengths"], ["decay", "saturation"],
        ["spectrum", "shortcuts"], ["credit"], ["bias"], ["facts"], ["paths"], ["jacobian"],
    ]  # fmt: skip


def test_a_frame_can_leave_out_every_panel_but_the_main_picture() -> None:
    names = [name for name, _, _ in parts_to_leave_out()]
    assert set(names) >= VIEWS.keys() - {"influence"}
    assert "influence" not in names
    assert ("models", "across models", True) in parts_to_leave_out()
    assert ("graph", "graph", False) in parts_to_leave_out()


def test_a_panel_that_tells_the_verdict_goes_with_it(client: TestClient) -> None:
    assert page_at(client, "/?v=1&length=5&hidden=2").all("section", id="diagnosis")
    assert not page_at(client, "/?v=1&length=5&hidden=2&hide=verdict").all("section", id="diagnosis")


def test_a_new_view_has_its_panel_at_the_end(toyed: TestClient) -> None:
    page = page_at(toyed, "/?v=1&length=5&hidden=2&model=lstm")
    panels = [row["id"] for row in page.all("section") if "data-view" in row]
    assert panels[-1] == "loudness"
    section = page.one("section", id="loudness")
    assert section["data-models"] == "gru lstm mingru"
    assert set((section["data-fields"] or "").split()) == TOY_VIEW.fields
    assert section["class"] == "panel needs-script"
    assert page.text("loudness-question") == "How loud is every step?"
    text = page.text("loudness")
    assert "The length of xt, step by step." in " ".join(text.split())
    assert "Nobody 2024" in text
    links = {row["data-link"]: row["href"] for row in page.all("a") if "/loudness" in (row.get("href") or "")}
    assert links == {
        kind: f"/api/v1/loudness{suffix}?v=1&model=lstm&length=5&hidden=2"
        for kind, suffix in (("csv", ".csv"), ("npz", ".npz"), ("json", ""))
    }
    assert page.one("input", type="checkbox", value="loudness")


def test_a_new_view_is_marked_where_it_means_nothing_and_can_be_hidden(toyed: TestClient) -> None:
    section = page_at(toyed, "/?v=1&length=5&hidden=2").one("section", id="loudness")
    assert "needless" in (section["class"] or "").split()
    assert toyed.get("/api/v1/loudness?length=5&hidden=2").status_code == 422
    assert not page_at(toyed, "/?v=1&length=5&hidden=2&model=gru&embed=1&hide=loudness").all("section", id="loudness")


def test_a_new_view_answers_in_every_format_and_is_listed(toyed: TestClient) -> None:
    url = "/api/v1/loudness{}?length=5&hidden=2&model=gru"
    sizes = toyed.get(url.format("")).json()["size"]
    assert len(sizes) == 5
    rows = list(csv.DictReader(io.StringIO(toyed.get(url.format(".csv")).text)))
    assert [float(row["size"]) for row in rows] == pytest.approx(sizes)
    assert np.load(io.BytesIO(toyed.get(url.format(".npz")).content))["size"] == pytest.approx(sizes)
    assert toyed.get(url.format("/figure")).json()["layout"]["meta"]["sentence"].startswith("The loudest step")
    (listed,) = [row for row in toyed.get("/api/v1/options").json()["views"] if row["name"] == "loudness"]
    assert listed["question"] == "How loud is every step?"


def test_a_new_view_is_described(toyed: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # Alone: the description holds an answer of every view.
    for module in (unrolled.web.api.openapi, unrolled.web.api.openapi.page, unrolled.web.http.mathml):
        monkeypatch.setattr(module, "VIEWS", {"loudness": TOY_VIEW})
    assert toyed.get("/openapi.json").json()["paths"]["/api/v1/loudness.csv"]["get"]["summary"]
    assert "How loud is every step?" in Page(toyed.get("/docs").text).text("loudness")
