"""A query sent to the page is kept, corrected to the short link, or refused at the field."""

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import initial, page_at


def test_form_without_scripts_leads_to_the_short_link(client: TestClient) -> None:
    page = page_at(client, "/?v=1&activation=relu&gain=1.5&t=9&k=3")
    fields = page.fields()
    assert fields | {"activation": "relu", "gain": "1.5", "t": "9", "k": "3", "length": "32", "series": ""} == fields
    sent = client.get("/", params=fields)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/?v=1&activation=relu&gain=1.5&t=9&k=3"
    assert client.get(sent.headers["location"]).status_code == 200


def test_form_of_an_embedded_page_keeps_what_is_hidden(client: TestClient) -> None:
    fields = page_at(client, "/?v=1&gain=2&embed=1&hide=gain,verdict").fields()
    assert client.get("/", params=fields).headers["location"] == "/?v=1&gain=2&embed=1&hide=gain%2Cverdict"


@pytest.mark.parametrize("url", ["/", "/?v=1", "/?activation=relu", "/?v=1&text=x&input=text", "/?embed=1"])
def test_short_links_are_not_redirected(client: TestClient, url: str) -> None:
    assert client.get(url).status_code == 200


def test_wrong_query_keeps_the_typed_value_and_shows_the_fault_beside_it(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=99999&activation=relu&gain=much&text=a%3Cb", 422)
    assert page.one("input", id="field-length")["value"] == "99999"
    assert page.one("input", id="field-gain")["value"] == "much"
    assert page.one("option", value="relu").keys() >= {"selected"}
    assert page.one("input", id="field-length")["aria-invalid"] == "true"
    assert "from 1 to 65536" in page.text("field-length-error")
    assert "give a number" in page.text("field-gain-error")
    assert page.text("field-text") == "a<b"
    assert "hidden" not in page.one("div", id="problem")


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "length=1&length=2",
        "hide=nothing",
        "embed=2",
        "hide=gain&hide=seed",
        "text=%FF",
        "t=5&length=4",
        "input=text&text=",
    ],
)
def test_every_wrong_page_is_a_page(client: TestClient, query: str) -> None:
    answer = client.get(f"/?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"


def test_what_other_sites_append_is_dropped_and_nothing_else(client: TestClient) -> None:
    sent = client.get("/?v=1&gain=2&utm_source=a&utm_medium=b&fbclid=c&gclid=d&embed=1")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/?v=1&gain=2&embed=1"
    assert client.get("/?v=1&utmost=1").status_code == 422
    assert client.get("/?v=1&FBCLID=1").status_code == 422
    assert client.get("/api/v1/influence?utm_source=a").status_code == 422


def test_refused_page_hands_scripts_the_problem_and_its_own_part(client: TestClient) -> None:
    state = initial(client.get("/?v=1&gain=x&embed=1&hide=verdict,foo").text)
    assert state["query"] is None
    assert state["own"] == {"embed": "1", "hide": "verdict"}
    assert {fault["field"] for fault in state["problem"]["errors"]} == {"gain", "hide"}
