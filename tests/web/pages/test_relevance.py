"""Panels that mean nothing for a model are marked."""

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import page_at


@pytest.mark.parametrize(("url", "needless"), [("/?v=1", {"shortcuts"}), ("/?v=1&model=lstm", {"activations"})])
def test_panels_that_say_nothing_about_the_model_are_marked(client: TestClient, url: str, needless: set[str]) -> None:
    panels = [row for row in page_at(client, url).all("section") if "data-view" in row]
    assert {row["id"] for row in panels if "needless" in (row["class"] or "").split()} == needless


def test_a_panel_for_every_model_names_none(client: TestClient) -> None:
    named = {row["id"] for row in page_at(client, "/?v=1").all("section") if "data-models" in row}
    assert {"diagnosis", "credit", "activations", "shortcuts"} <= named
    assert not {"influence", "graph", "decay", "models", "paths"} & named
