"""What a client has already is not computed and not sent again."""

import pytest
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.web.http.responses import weak_etag

TAGGED = [
    "/",
    "/?v=1&length=3&embed=1",
    "/docs",
    "/openapi.json",
    "/api/v1/options",
    "/api/v1/influence?length=3",
    "/api/v1/influence/figure?length=3",
    "/api/v1/influence.csv?length=3",
    "/api/v1/influence.npz?length=3",
    "/static/icon.svg",
    "/static/vendor/plotly-4.1.1/plotly.css",
]


@pytest.mark.parametrize("path", TAGGED)
def test_every_get_revalidates(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    etag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert again.headers["cache-control"] == first.headers["cache-control"]
    # The headers of a 304 replace those of the stored answer: a policy in it would have to be the page's own.
    assert again.headers.get("content-security-policy") in (None, first.headers["content-security-policy"])
    assert "content-type" not in again.headers
    assert client.get(path, headers={"If-None-Match": f'"other", {etag}'}).status_code == 304
    assert client.get(path, headers={"If-None-Match": etag.removeprefix("W/")}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", few(TAGGED, ["/", "/api/v1/influence.npz?length=3", "/static/icon.svg"]))
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    for encoding in ("identity", "br"):
        got = client.get(path, headers={"Accept-Encoding": encoding})
        head = client.head(path, headers={"Accept-Encoding": encoding})
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "etag", "cache-control", "vary"):
            assert head.headers.get(name) == got.headers.get(name)
        assert head.headers.get("content-encoding") == got.headers.get("content-encoding")


def test_revalidating_computes_nothing() -> None:
    app = create_app(Settings(threads=1))
    client = TestClient(app)
    path = "/api/v1/influence?length=5&seed=3"
    etag = client.get(path).headers["etag"]
    fresh = create_app(Settings(threads=1))
    assert TestClient(fresh).get(path, headers={"If-None-Match": etag}).status_code == 304
    assert len(fresh.state.answers.memo) == 0


def test_other_query_other_form_other_settings_is_another_tag(client: TestClient) -> None:
    tags = [
        client.get(path).headers["etag"]
        for path in (
            "/api/v1/influence?length=3",
            "/api/v1/influence?length=4",
            "/api/v1/influence/figure?length=3",
            "/api/v1/decay?length=3",
            "/?v=1&length=3",
            "/?v=1&length=3&embed=1",
            "/?v=1&length=3&hide=gain",
        )
    ]
    other = TestClient(create_app(Settings(threads=1, max_gflop=1)))
    tags.append(other.get("/api/v1/influence?length=3").headers["etag"])
    assert len(set(tags)) == len(tags)


def test_page_of_another_host_is_another_page(client: TestClient) -> None:
    one = client.get("/?v=1&length=3")
    other = client.get("/?v=1&length=3", headers={"Host": "other.test"})
    assert one.headers["etag"] != other.headers["etag"]


def test_same_parts_same_tag() -> None:
    assert weak_etag("a", 1) == weak_etag("a", 1) != weak_etag("a", 2)
    assert weak_etag("a", "b") != weak_etag("a\0b")


def test_problems_are_never_cached(client: TestClient) -> None:
    answer = client.get("/api/v1/influence?length=0")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
