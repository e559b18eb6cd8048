"""The triangle as a table, for readers without a picture."""

import re

from starlette.testclient import TestClient


def test_table_of_a_window_has_its_rows_and_columns(client: TestClient) -> None:
    text = client.get("/?v=1&length=60&from=5&until=14&since=41&to=50").text
    table = re.findall(r"<table>.*?</table>", text, re.DOTALL)[-1]
    assert re.findall(r'<th scope="col">(\d+)</th>', table) == [str(k) for k in range(5, 15)]
    assert re.findall(r'<th scope="row">(\d+)</th>', table) == [str(t) for t in range(41, 51)]
    assert "<td></td>" not in table


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
