"""A person gets a page, a program gets JSON, for the same error."""

import pytest
from starlette.testclient import TestClient

from unrolled.web.http.errors import prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing.js", "/preview.png?length=0"])
def test_browser_gets_a_page_and_a_program_json(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER})
    response = client.get(path, headers={"Accept": "*/*"})
    assert page.status_code == response.status_code
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["title"] in page.text
    assert "Accept, Accept-Encoding" in {page.headers["vary"], response.headers["vary"]}


def test_the_requested_path_is_escaped(client: TestClient) -> None:
    page = client.get("/<script>alert(1)</script>", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html;q=0.5", False),
        ("application/problem+json;q=0.5, text/html;q=0.9", True),
        ("text/html;q=0", False),
        ("text/html;q=x", True),
        ("text/html;q=1.0, application/json", True),
    ],
)
def test_preference(accept: str, html: bool) -> None:
    assert prefers_html(accept) is html
