"""The page of the comparison without scripts: form, table, links, refusals."""

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import initial, page_at
from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.web.pages import compare

QUERY = "hidden=4&rows=model&row_values=rnn,lstm&columns=length&column_values=8,12"


def test_what_is_little_work_has_its_table_and_its_sentence(client: TestClient) -> None:
    page = page_at(client, f"/compare?{QUERY}")
    answer = client.get(f"/api/v1/compare?{QUERY}").json()
    assert page.text("verdict") == answer["sentence"].replace("10^", "10")
    for tile in answer["tiles"]:
        assert {"href": tile["link"]} in page.all("a", href=tile["link"])
        assert tile["name"] in page.text("numbers")
    assert page.fields()["row_values"] == "rnn,lstm"


def test_what_moves_no_triangle_has_no_control(client: TestClient) -> None:
    sent = page_at(client, f"/compare?{QUERY}").fields().keys()
    assert {"gain", "origin", "resolution", "frame", "seeds"} <= sent
    assert not {"loss", "tolerance", "t", "k", "from", "until", "since", "to"} & sent


def test_a_form_that_is_sent_becomes_the_short_link(client: TestClient) -> None:
    sent = page_at(client, f"/compare?{QUERY}").fields()
    answer = client.get("/compare", params=sent)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/compare?v=1&{QUERY}"
    assert client.get(f"/compare?{QUERY}&fbclid=3").headers["location"] == f"/compare?v=1&{QUERY}"


def test_much_work_is_no_reason_to_wait_for_the_page(client: TestClient) -> None:
    much = "length=256&hidden=64&rows=seed&row_values=0,1,2,3&columns=gain"
    answer = client.get(f"/compare?{much}")
    assert answer.headers["cache-control"] == "no-store"
    assert "compute them as CSV" in answer.text
    assert len(page_at(client, f"/compare?{much}").all("canvas")) == 4 * 5 + 1


def test_a_known_page_is_not_sent_again(client: TestClient) -> None:
    etag = client.get(f"/compare?{QUERY}").headers["etag"]
    assert client.get(f"/compare?{QUERY}", headers={"If-None-Match": etag}).status_code == 304


def test_a_refusal_keeps_the_form_and_says_it_at_the_field(client: TestClient) -> None:
    page = page_at(client, "/compare?rows=model&row_values=rn&length=x", 422)
    assert "“rn”" in page.text("field-row_values-error")
    assert "“x”" in page.text("field-length-error")
    assert page.fields()["row_values"] == "rn"
    answer = client.get("/compare?rows=model&row_values=rn&length=x")
    assert {fault["field"] for fault in initial(answer.text)["problem"]["errors"]} == {"row_values", "length"}


def test_the_page_is_linked_from_every_other(client: TestClient) -> None:
    for path in ("/", "/docs", "/compare"):
        assert page_at(client, path).all("a", href="/compare")


def test_a_page_that_is_remembered_comes_without_its_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(threads=1))
    client, path = TestClient(app, base_url="http://unrolled.test"), f"/compare?v=1&{QUERY}"
    first = client.get(path)
    assert first.status_code == 200
    monkeypatch.setattr(compare, "gather_cells", lambda *_: pytest.fail("gathered again"))
    assert client.get(path).content == first.content
