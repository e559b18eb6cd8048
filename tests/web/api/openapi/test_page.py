"""The page of the API names everything and needs nothing from elsewhere."""

import re

from starlette.testclient import TestClient

from unrolled.errors import UnrolledError
from unrolled.query.query import Query
from unrolled.views import VIEWS
from unrolled.views.derivative.metrics import METRICS


def kinds(error: type[UnrolledError]) -> set[str]:
    return {error.kind}.union(*(kinds(child) for child in error.__subclasses__()))


def test_page_names_every_view_field_and_problem(client: TestClient) -> None:
    page = client.get("/docs").text
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert ids >= set(VIEWS)
    assert ids >= kinds(UnrolledError)
    assert ids >= {"check", "own", "progress"}
    for name in (
        *Query.names(),
        *METRICS,
        "progress",
        "done",
        "failed",
        "weights.weight_(ih|hh)_l[0-3][][]",
        "assert[]",
    ):
        assert f"<code>{name}</code>" in page


def test_type_of_a_problem_leads_to_its_place_on_the_page(client: TestClient) -> None:
    path, _, place = client.get("/api/v1/nothing").json()["type"].partition("#")
    assert f'id="{place}"' in client.get(path).text


def test_page_needs_nothing_from_elsewhere_and_no_inline_script(client: TestClient) -> None:
    page = client.get("/docs").text
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert not re.findall(r"\sstyle=", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
