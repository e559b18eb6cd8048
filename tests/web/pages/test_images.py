"""The pictures of the triangle: drawn once, sent as they are, and known by the client."""

import pytest
from starlette.testclient import TestClient

from tests.service.preview.images import opened
from unrolled.service.preview.card import SIZE

PATHS = ["/preview.png", "/triangle.png"]


@pytest.mark.parametrize("path", PATHS)
def test_a_picture_is_sent_as_it_is_and_not_again(client: TestClient, path: str) -> None:
    first = client.get(f"{path}?length=8", headers={"Accept-Encoding": "br, gzip, zstd"})
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert "content-encoding" not in first.headers
    etag = first.headers["etag"]
    again = client.get(f"{path}?length=8", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(f"{path}?length=9", headers={"If-None-Match": etag}).status_code == 200


def test_a_shared_link_shows_the_card_and_a_page_without_scripts_the_triangle(client: TestClient) -> None:
    card, triangle = (opened(client.get(f"{path}?length=8").content) for path in PATHS)
    assert card.size == SIZE
    assert triangle.width == triangle.height


@pytest.mark.parametrize("query", ["length=0", "length=65536&hidden=256&resolution=256"])
def test_what_cannot_be_drawn_is_a_problem(client: TestClient, query: str) -> None:
    for path in PATHS:
        answer = client.get(f"{path}?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
