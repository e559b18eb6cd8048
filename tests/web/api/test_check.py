"""Pass or fail: what is asserted of a network is held to what was measured of it."""

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from starlette.testclient import TestClient

from unrolled.views.derivative.metrics import METRICS

PATH = "/api/v1/check"
FILE = {"Content-Type": "application/x-safetensors"}
SMALL = {"length": 20, "hidden": 4}


def checked(client: TestClient, *asserted: str, **fields: Any) -> Any:
    """Check by GET and return the answer."""
    answer = client.get(PATH, params=[*{**SMALL, **fields}.items(), *(("assert", text) for text in asserted)])
    assert answer.status_code == 200, answer.text
    return answer.json(parse_constant=pytest.fail)


def refused(client: TestClient, *asserted: str, **fields: Any) -> dict[str, str]:
    """Return the faults of a request that is refused."""
    answer = client.get(PATH, params=[*{**SMALL, **fields}.items(), *(("assert", text) for text in asserted)])
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


def own(weight: list[list[float]], length: int = 8, **more: Any) -> dict[str, Any]:
    """Build a body: a linear network of given weights with zero input."""
    weights = {"weight_ih_l0": [[1.0]] * len(weight), "weight_hh_l0": weight}
    return {"query": {"activation": "identity"}, "weights": weights, "inputs": [[0.0]] * length, **more}


def test_what_holds_passes(client: TestClient) -> None:
    answer = checked(client, "horizon<=19")
    assert answer["passed"] is True
    (one,) = answer["assertions"]
    assert one == {
        "assert": "horizon<=19",
        "name": "horizon",
        "operator": "<=",
        "expected": 19,
        "measured": answer["measured"]["horizon"],
        "passed": True,
        "why": "",
    }


def test_what_does_not_hold_fails_with_200(client: TestClient) -> None:
    answer = checked(client, "horizon>=1000")
    assert (answer["passed"], answer["assertions"][0]["passed"]) == (False, False)


def test_all_must_hold(client: TestClient) -> None:
    answer = checked(client, "horizon>=1", "rate<0", "verdict==explodes", "verdict!=explodes")
    assert [row["passed"] for row in answer["assertions"]] == [True, True, False, True]
    assert [row["assert"] for row in answer["assertions"]][2] == "verdict==explodes"
    assert answer["passed"] is False


def test_measured_values_are_those_of_the_other_views(client: TestClient) -> None:
    answer = checked(client, "horizon>=1", t=15, k=4)
    assert list(answer["measured"]) == list(METRICS)
    measured = answer["measured"]

    def view(name: str) -> Any:
        return client.get(f"/api/v1/{name}", params=SMALL | {"t": 15, "k": 4}).json()

    assert answer["summary"] == view("influence")["summary"]
    assert measured["log10_norm"] == pytest.approx(view("jacobian")["log10_norm"], abs=1e-10)
    assert all(check["passed"] for check in answer["checks"])
    assert answer["ms"]["compute"] > 0


def test_a_horizon_that_never_ends_counts_as_the_whole_length(client: TestClient) -> None:
    answer = client.post(PATH, json=own([[1.0]], length=9) | {"assert": ["horizon>=9", "horizon>9"]}).json()
    assert answer["summary"]["horizon"] is None
    assert [row["measured"] for row in answer["assertions"]] == [9, 9]
    assert [row["passed"] for row in answer["assertions"]] == [True, False]


def test_a_rate_of_minus_infinity_is_null_and_still_compares(client: TestClient) -> None:
    answer = checked(client, "rate<-1e300", "rate>-5", "log10_norm<-100", gain=0)
    assert answer["measured"]["rate"] is None
    assert [row["passed"] for row in answer["assertions"]] == [True, False, True]
    assert [row["measured"] for row in answer["assertions"]] == [None, None, None]


def test_a_number_that_does_not_exist_fails_and_says_why(client: TestClient) -> None:
    answer = checked(client, "spectral_radius<1e9", "sigma_max!=1", "horizon>0", model="lstm")
    assert [row["passed"] for row in answer["assertions"]] == [False, False, True]
    assert answer["assertions"][1]["why"].startswith("sigma_max: an lstm has a recurrent matrix for every gate")
    assert answer["assertions"][2]["why"] == ""
    alone = checked(client, "rate<1", "rate>-1", length=1)
    assert alone["passed"] is False
    assert alone["assertions"][0]["why"].startswith("rate: there is only one lag with a path")
    dead = checked(client, "rate<1", "log10_norm<0", gain=0)
    assert ["exactly zero" in row["why"] for row in dead["assertions"]] == [True, True]


def test_the_matrix_is_that_of_the_chosen_layer(client: TestClient) -> None:
    weights = {f"weight_{kind}_l{layer}": [[1.0 + layer]] for kind in ("ih", "hh") for layer in (0, 1)}
    for layer in (1, 2):
        query = {"layer": layer, "wrt": "x"}
        body = {"query": query, "weights": weights, "inputs": [[0.0]] * 3, "assert": [f"sigma_max=={layer}"]}
        assert client.post(PATH, json=body).json()["passed"] is True


def test_all_faults_are_reported_at_once(client: TestClient) -> None:
    answer = client.get(PATH, params=[("assert", "speed>1"), ("assert", "horizon>=x"), ("assert", "rate<0")])
    assert [fault["field"] for fault in answer.json()["errors"]] == ["assert", "assert"]


def test_without_an_assertion_the_names_are_listed(client: TestClient) -> None:
    assert "assert is missing" in refused(client)["assert"]
    assert client.get(PATH).json()["errors"][0]["allowed"] == list(METRICS)
    assert client.post(PATH, json=own([[0.5]])).status_code == 422
    assert client.post(PATH, json=own([[0.5]]) | {"assert": []}).status_code == 422


def test_too_many_are_refused(client: TestClient) -> None:
    assert "51 assertions are given; at most 50" in refused(client, *["rate<0"] * 51)["assert"]


def test_a_bad_query_and_too_much_work_are_refused_as_everywhere(client: TestClient) -> None:
    assert "length" in refused(client, "horizon>=1", length=0)
    answer = client.get(PATH, params={"length": 65536, "hidden": 256, "assert": "horizon>=1"})
    assert answer.json()["type"].endswith("#too-much-work")


def test_a_body_holds_its_assertions(client: TestClient) -> None:
    body = own([[0.0, 0.1], [0.1, 0.0]]) | {"assert": ["horizon==3", "rate<-0.9", "sigma_max<0.11"]}
    answer = client.post(PATH, json=body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["passed"] is True
    assert answer.json()["measured"]["rate"] == pytest.approx(-1)


def test_a_body_takes_more_from_the_url(client: TestClient) -> None:
    body = own([[0.1]]) | {"assert": ["horizon==3"]}
    answer = client.post(PATH, params={"assert": "horizon>3"}, json=body).json()
    assert {row["assert"]: row["passed"] for row in answer["assertions"]} == {"horizon>3": False, "horizon==3": True}


def test_a_member_that_is_no_list_of_texts_is_refused(client: TestClient) -> None:
    for asserted in ("horizon>=1", {"a": 1}, 3, [3], [None], [["rate<0"]], [True]):
        answer = client.post(PATH, json=own([[0.1]]) | {"assert": asserted})
        assert answer.status_code == 422
        assert {fault["field"] for fault in answer.json()["errors"]} == {"assert"}


def test_a_file_is_asserted_in_the_url(client: TestClient) -> None:
    arrays = {"weight_ih_l0": np.ones((8, 1)), "weight_hh_l0": np.zeros((8, 2)), "inputs": np.zeros((6, 1))}
    # With zero input every forget gate is a half.
    url = {"assert": ["rate<-0.3", "rate>-0.31", "verdict==vanishes"], "of": "c", "wrt": "c"}
    answer = client.post(PATH, params=url, content=save(arrays), headers=FILE).json()
    assert answer["passed"] is True
    assert (answer["query"]["model"], answer["query"]["of"]) == ("lstm", "c")
    assert client.post(PATH, content=save(arrays), headers=FILE).status_code == 422


def test_a_view_does_not_look_at_assertions_of_a_body(client: TestClient) -> None:
    assert client.post("/api/v1/influence", json=own([[0.1]]) | {"assert": ["horizon>=99"]}).status_code == 200
    assert client.get("/api/v1/influence", params={"assert": "horizon>=99"}).status_code == 422


def test_what_is_asserted_hides_no_other_fault(client: TestClient) -> None:
    assert refused(client, "speed>1", gain="x", t=99).keys() == {"assert", "gain", "t"}
    body = {"query": {"gain": "x"}, "weights": {"weight_hh_l0": [[1, 2]]}, "more": 1}
    expected = {"query.gain", "weights.weight_hh_l0", "weights.weight_ih_l0", "more"}
    for asserted in (["speed>1"], 5, [], None):
        answer = client.post(PATH, json=body | {"assert": asserted})
        assert {fault["field"] for fault in answer.json()["errors"]} == {"assert"} | expected
    broken = client.post(PATH, params={"assert": "speed>1"}, content=b"{", headers={"Content-Type": "application/json"})
    assert [fault["field"] for fault in broken.json()["errors"]] == ["body", "assert"]
    alone = client.post(PATH, content=b"{", headers={"Content-Type": "application/json"})
    assert [fault["field"] for fault in alone.json()["errors"]] == ["body"]


def test_an_array_that_cannot_be_read_hides_no_other_fault(client: TestClient) -> None:
    arrays = {"weight_ih_l0": np.ones((2, 1), bool), "weight_hh_l0": np.ones((2, 3)), "fc.weight": np.ones(1, bool)}
    answer = client.post(PATH, params={"gain": "x", "assert": "rate"}, content=save(arrays), headers=FILE).json()
    assert {fault["field"] for fault in answer["errors"]} == {*arrays, "gain", "assert"}
