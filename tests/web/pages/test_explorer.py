"""The page at the root: it works without scripts, keeps what was typed, and says the same as the API."""

import json
import re

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import Page, initial, page_at
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.settings import Settings
from unrolled.views import VIEWS


def test_verdict_is_that_of_the_api(client: TestClient) -> None:
    page, answer = page_at(client, "/?v=1&gain=3"), client.get("/api/v1/influence?gain=3").json()
    sentence = answer["summary"]["sentence"]
    assert page.one("p", id="verdict")["data-said"] == sentence
    assert page.text("verdict") == sentence.replace("10^", "10")


def test_json_twin_is_linked_and_is_the_twin(client: TestClient) -> None:
    link = page_at(client, "/?v=1&activation=relu&length=9").one("link", rel="alternate")
    assert link["type"] == "application/json"
    assert client.get(link["href"] or "").json()["query"]["activation"] == "relu"


def test_every_link_to_numbers_leads_somewhere(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=5&hidden=2")
    links = [row["href"] or "" for row in page.all("a") if (row.get("href") or "").startswith("/api/v1/")]
    assert len(links) > 10
    for link in links:
        assert client.get(link).status_code == 200


def test_picture_for_readers_without_scripts_is_there(client: TestClient) -> None:
    source = page_at(client, "/?v=1&length=5").one("img", id="triangle-image")["src"] or ""
    picture = client.get(source)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_table_holds_the_numbers_of_the_api(client: TestClient) -> None:
    text = client.get("/?v=1&length=8").text
    table = re.findall(r"<table>.*?</table>", text, re.DOTALL)[-1]
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]]
    numbers = client.get("/api/v1/influence?length=8").json()["log10_norm"]
    for t in range(8):
        for k in range(8):
            shown = cells[t][k].replace("−", "-")
            assert shown == ("" if k > t else f"{numbers[t][k]:.2f}")


def test_table_has_at_most_two_dozen_steps_and_ends_with_the_last(client: TestClient) -> None:
    text = client.get("/?v=1&length=1000").text
    heads = re.findall(r'<th scope="row">(\d+)</th>', text)
    assert 12 <= len(heads) <= 24
    assert heads[-1] == "1000"


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


def test_wrong_query_keeps_what_was_typed_and_says_the_fault_beside_it(client: TestClient) -> None:
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


def test_too_much_work_is_a_page_too(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=4096&hidden=256&resolution=256", 422)
    assert page.text("field-hidden-error")


def test_wrong_query_computes_nothing() -> None:
    made = create_app(Settings(threads=1))
    assert TestClient(made).get("/?length=0").status_code == 422
    assert len(made.state.answers.memo) == 0


def test_scripts_find_query_and_defaults(client: TestClient) -> None:
    told = initial(client.get("/?v=1&gain=2").text)
    assert told["query"] == json.loads(Query(gain=2).model_dump_json())
    assert told["defaults"] == json.loads(Query().model_dump_json())
    assert initial(client.get("/?gain=x").text)["query"] is None


def test_nothing_typed_can_end_the_script(client: TestClient) -> None:
    evil = "</script><script>alert(1)</script><!--"
    answer = client.get("/", params={"v": "1", "input": "text", "text": evil})
    assert answer.status_code == 200
    assert initial(answer.text)["query"]["text"] == evil
    assert "<script>alert" not in answer.text


def test_absolute_addresses_follow_the_request_or_the_operator(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=5")
    assert page.one("link", rel="canonical")["href"] == "http://unrolled.test/?v=1&length=5"
    assert page.one("meta", property="og:image")["content"] == "http://unrolled.test/preview.png?v=1&length=5"
    public = TestClient(create_app(Settings(threads=1, public_url="https://u.example.org")))
    assert Page(public.get("/?v=1").text).one("link", rel="canonical")["href"] == "https://u.example.org/?v=1"


def test_title_and_description_are_computed(client: TestClient) -> None:
    one, other = page_at(client, "/?v=1&gain=3"), page_at(client, "/?v=1&activation=sigmoid")
    assert one.one("meta", property="og:title") != other.one("meta", property="og:title")
    assert one.one("meta", name="description") != other.one("meta", name="description")


def test_embedded_page_has_no_frame_and_hides_what_it_is_told(client: TestClient) -> None:
    page = page_at(client, "/?v=1&embed=1&hide=activation,graph,verdict,share")
    assert not page.all("header", **{"class": "masthead"})
    assert not page.all("select", name="activation")
    assert not page.all("section", id="graph")
    assert not page.all("p", id="verdict")
    assert page.all("section", id="decay")


def told(page: Page) -> str:
    """Give what a page says of itself where it is linked."""
    names = {"og:title", "og:description", "og:image:alt", "description"}
    metas = [row["content"] or "" for row in page.all("meta") if {row.get("property"), row.get("name")} & names]
    title = next(page.texts[index] for index, (tag, _) in enumerate(page.elements) if tag == "title")
    return " ".join([title, *metas]).lower()


@pytest.mark.parametrize(
    ("hide", "secret"), [("activation", "relu"), ("gain", "gain 2.5"), ("init", "orthogonal"), ("controls", "relu")]
)
def test_what_is_hidden_is_not_told_by_title_description_or_picture(client: TestClient, hide: str, secret: str) -> None:
    query = "/?v=1&activation=relu&gain=2.5&init=orthogonal"
    open_page, page = page_at(client, query), page_at(client, f"{query}&hide={hide}")
    assert secret in told(open_page)
    assert secret not in told(page)
    assert not page.all("meta", property="og:image")
    assert secret not in page.text("setting").lower()


def test_what_other_sites_append_is_dropped_and_nothing_else(client: TestClient) -> None:
    sent = client.get("/?v=1&gain=2&utm_source=a&utm_medium=b&fbclid=c&gclid=d&embed=1")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/?v=1&gain=2&embed=1"
    assert client.get("/?v=1&utmost=1").status_code == 422
    assert client.get("/?v=1&FBCLID=1").status_code == 422
    assert client.get("/api/v1/influence?utm_source=a").status_code == 422


def test_refused_page_tells_scripts_the_problem_and_its_own_part(client: TestClient) -> None:
    found = initial(client.get("/?v=1&gain=x&embed=1&hide=verdict,foo").text)
    assert found["query"] is None
    assert found["own"] == {"embed": "1", "hide": "verdict"}
    assert {fault["field"] for fault in found["problem"]["errors"]} == {"gain", "hide"}


def test_text_is_not_cut_by_the_browser(client: TestClient) -> None:
    assert not [row for _, row in page_at(client, "/").elements if "maxlength" in row]


def test_panels_that_scripts_draw_are_left_out_without_them(client: TestClient) -> None:
    panels = {row["id"]: row["class"] or "" for row in page_at(client, "/").all("section") if "data-view" in row}
    assert panels.keys() == VIEWS.keys()
    assert [name for name, classes in panels.items() if "needs-script" not in classes.split()] == ["influence"]


def test_indices_of_the_help_are_lowered(client: TestClient) -> None:
    text = client.get("/").text
    assert "∂h<sub>t</sub>/∂h<sub>k</sub>" in text
    assert "recurrent matrix W<sub>hh</sub>" in text


def test_formulas_are_mathml(client: TestClient) -> None:
    page = page_at(client, "/")
    assert len(page.all("math")) > 7
    assert not [row for _, row in page.elements if "style" in row]


def test_every_picture_has_a_card_that_says_how_far_it_is(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=5")
    pictures = [section["data-view"] for section in page.all("section") if section.get("data-view")]
    cards = [group for group in page.all("div") if (group.get("class") or "").startswith("progress")]
    assert len(cards) == len(pictures) == len(VIEWS)
    assert len({card["aria-label"] for card in cards}) == len(cards)


@pytest.mark.parametrize(
    ("query", "long"), [("length=999", False), ("length=1000", True), ("length=1000&to=500", False)]
)
def test_long_numbers_have_room_beside_the_picture(client: TestClient, query: str, long: bool) -> None:
    hero = page_at(client, f"/?v=1&hidden=2&{query}").all("div")
    assert any(row.get("class") == ("hero long" if long else "hero") for row in hero)
