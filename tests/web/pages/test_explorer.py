"""The page at the root: it works without scripts, keeps what was typed, and says the same as the API."""

import json

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import Page, initial, page_at
from unrolled.experiment.experiment import Experiment
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.pages import explorer


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
    assert client.get(source).headers["content-type"] == "image/png"


def test_too_much_work_is_a_page_too(client: TestClient) -> None:
    page = page_at(client, "/?v=1&length=4096&hidden=256&resolution=256", 422)
    assert page.text("field-hidden-error")


def test_wrong_query_computes_nothing() -> None:
    app = create_app(Settings(threads=1))
    assert TestClient(app).get("/?length=0").status_code == 422
    assert len(app.state.answers.memo) == 0


def test_scripts_find_query_and_defaults(client: TestClient) -> None:
    state = initial(client.get("/?v=1&gain=2").text)
    assert state["query"] == json.loads(Query(gain=2).model_dump_json())
    assert state["schema"]["defaults"] == json.loads(Query().model_dump_json())
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


def test_embedded_page_has_no_frame_and_hides_the_listed_parts(client: TestClient) -> None:
    page = page_at(client, "/?v=1&embed=1&hide=activation,graph,verdict,share")
    assert not page.all("header", **{"class": "masthead"})
    assert not page.all("select", name="activation")
    assert not page.all("section", id="graph")
    assert not page.all("p", id="verdict")
    assert page.all("section", id="decay")


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


def test_the_setting_is_the_caption_of_the_query(client: TestClient) -> None:
    assert page_at(client, "/?v=1").text("setting").startswith("vanilla RNN · tanh · T 32")


def test_a_page_without_its_verdict_has_no_diagnosis(client: TestClient) -> None:
    assert page_at(client, "/?v=1").all("section", id="diagnosis")
    assert not page_at(client, "/?v=1&hide=verdict").all("section", id="diagnosis")


def test_the_self_check_is_readable_without_scripts(client: TestClient) -> None:
    page, answer = page_at(client, "/?v=1"), client.get("/api/v1/influence").json()
    held = [check for check in answer["checks"] if check["passed"] and check["value"] is not None]
    assert page.text("checks-said") == f"Checked: {len(held)} laws held"
    assert all(check["says"].replace("_", "") in page.text("checks-rows") for check in answer["checks"])
    assert not page_at(client, "/?v=1&hide=checks").all("details", id="checks")


def test_a_page_that_takes_long_comes_at_once_and_with_its_picture_later(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert explorer._INFLUENCE.cost(Experiment(Query(length=20000, hidden=64, norm="frobenius"))).flops > explorer._LONG
    assert explorer._INFLUENCE.cost(Experiment(Query())).flops < 0.1 * explorer._LONG
    monkeypatch.setattr(explorer, "_LONG", 1e5)
    long = "/?v=1&length=1111&hidden=5&norm=frobenius"
    answer = client.get(long)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    assert page.text("verdict") == "Following the gradient through 1,111 steps …"
    assert initial(answer.text)["query"]["length"] == 1111
    sentence = client.get(f"/api/v1/influence{long[1:]}").json()["summary"]["sentence"]
    again = client.get(long)
    assert Page(again.text).one("p", id="verdict")["data-said"] == sentence
    assert again.headers["cache-control"] != "no-store"


def test_a_page_that_is_remembered_comes_without_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(threads=1))
    client, answers = TestClient(app, base_url="http://unrolled.test"), app.state.answers
    first = client.get("/?v=1&length=6")
    monkeypatch.setattr(answers, "is_cached", lambda *_: False)
    monkeypatch.setattr(explorer, "_LONG", 0.0)
    assert client.get("/?v=1&length=6").content == first.content
    assert client.get("/?v=1&length=7").headers["cache-control"] == "no-store"
