"""What the page says about the network that is set, about a window of its triangle, and about its own numbers."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web.pages.reading import Page, initial, page_at


@pytest.mark.parametrize(("url", "needless"), [("/?v=1", {"shortcuts"}), ("/?v=1&model=lstm", {"activations"})])
def test_panels_that_say_nothing_about_the_model_are_marked(client: TestClient, url: str, needless: set[str]) -> None:
    panels = [row for row in page_at(client, url).all("section") if "data-view" in row]
    assert {row["id"] for row in panels if "needless" in (row["class"] or "").split()} == needless


def test_table_of_a_window_has_its_rows_and_columns(client: TestClient) -> None:
    text = client.get("/?v=1&length=60&from=5&until=14&since=41&to=50").text
    table = re.findall(r"<table>.*?</table>", text, re.DOTALL)[-1]
    assert re.findall(r'<th scope="col">(\d+)</th>', table) == [str(k) for k in range(5, 15)]
    assert re.findall(r'<th scope="row">(\d+)</th>', table) == [str(t) for t in range(41, 51)]
    assert "<td></td>" not in table


def test_the_setting_names_the_model_and_what_is_not_as_always(client: TestClient) -> None:
    said = page_at(client, "/?v=1&model=lstm&layers=2&chrono=64&of=c&layer=1").text("setting")
    assert said == (
        "LSTM · 2 layers · T 32 · H 16 · PyTorch default · gain 1 · chrono 64 · white noise · seed 0 · ∂c/∂h · layer 1"
    )
    assert page_at(client, "/?v=1").text("setting").startswith("vanilla RNN · tanh · T 32")


def test_a_page_without_its_verdict_has_no_diagnosis(client: TestClient) -> None:
    assert page_at(client, "/?v=1").all("section", id="diagnosis")
    assert not page_at(client, "/?v=1&hide=verdict").all("section", id="diagnosis")


def test_the_self_check_is_told_without_scripts(client: TestClient) -> None:
    page, answer = page_at(client, "/?v=1"), client.get("/api/v1/influence").json()
    held = [check for check in answer["checks"] if check["passed"] and check["value"] is not None]
    assert page.text("checks-said") == f"Checked: {len(held)} laws held"
    assert all(check["says"].replace("_", "") in page.text("checks-rows") for check in answer["checks"])
    assert not page_at(client, "/?v=1&hide=checks").all("details", id="checks")


def test_a_page_that_takes_long_comes_at_once_and_with_its_picture_later(client: TestClient) -> None:
    long = "/?v=1&length=20000&hidden=64&norm=frobenius"
    answer = client.get(long)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    assert page.text("verdict") == "Following the gradient through 20,000 steps …"
    assert initial(answer.text)["query"]["length"] == 20000
    told = client.get(f"/api/v1/influence{long[1:]}").json()["summary"]["sentence"]
    again = client.get(long)
    assert Page(again.text).one("p", id="verdict")["data-said"] == told
    assert again.headers["cache-control"] != "no-store"
