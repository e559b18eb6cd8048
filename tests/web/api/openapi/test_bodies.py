"""A body is described so that what follows it is answered."""

import re
from typing import Any

import numpy as np
from safetensors.numpy import save
from starlette.testclient import TestClient


def test_example_body_is_answered(client: TestClient, document: Any) -> None:
    body = document["paths"]["/api/v1/influence"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post("/api/v1/influence", json=body).status_code == 200


def test_a_body_may_be_a_file(client: TestClient, document: Any) -> None:
    for path, methods in document["paths"].items():
        if "post" in methods:
            content = methods["post"]["requestBody"]["content"]
            assert list(content) == [
                "application/json",
                "application/x-npz",
                "application/x-safetensors",
                "audio/wav",
            ], path
    weights = {"rnn.weight_ih_l0": np.ones((8, 1)), "rnn.weight_hh_l0": np.eye(8, 2)}
    answer = client.post(
        "/api/v1/influence?length=3",
        content=save(weights),
        headers={"Content-Type": "application/x-safetensors"},
    )
    assert (answer.status_code, answer.json()["query"]["model"]) == (200, "lstm")


def test_names_of_parameters_are_a_pattern(document: Any) -> None:
    weights = document["components"]["schemas"]["OwnNetwork"]["properties"]["weights"]
    matrix, vector = weights["patternProperties"]
    assert all(
        re.search(matrix, name) for name in ("weight_ih_l0", "weight_hh_l3", "rnn.weight_hh_l1", "a.b.weight_ih_l2")
    )
    assert all(re.search(vector, name) for name in ("bias_ih_l0", "encoder.bias_hh_l3"))
    wrong = ("weight_ih_l4", "weight_hh_l0_reverse", "weight_hr_l0", "weight_ih_l01", "xweight_ih_l0", "bias_l0")
    assert not any(re.search(pattern, name) for pattern in (matrix, vector) for name in wrong)
    assert not weights["additionalProperties"]
