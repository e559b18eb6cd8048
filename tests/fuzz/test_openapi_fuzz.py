"""What the description of the API allows is answered as described, and what it does not allow is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from tests.cases import examples
from unrolled.main import create_app
from unrolled.settings import Settings

# A file is its bytes.
for media_type in ("application/x-npz", "application/x-safetensors", "audio/wav"):
    schemathesis.serializer(media_type)(lambda context, value: bytes(value) if isinstance(value, bytes) else value)

PATH = "/api/v1/influence"
Description = dict[str, Any]


@pytest.fixture(scope="module")
def small() -> TestClient:
    """Give a server that refuses anything large."""
    return TestClient(create_app(Settings(max_gflop=0.2, threads=2)))


@pytest.fixture(scope="module")
def description(small: TestClient) -> Description:
    """Read the description, once the first test asks for it."""
    return dict(small.get("/openapi.json").json())


@pytest.fixture(scope="module")
def schema(small: TestClient, description: Description) -> Any:
    """Give Schemathesis the description and the server."""
    loaded = schemathesis.openapi.from_dict(description)
    loaded.app = small.app
    return loaded


def edges(allowed: Description) -> Iterator[tuple[object, bool]]:
    """Give values of a parameter, each with whether the description allows it: every choice, the bounds, and beyond."""
    for part in allowed.get("anyOf", [allowed]):
        yield from ((value, True) for value in part.get("enum", ()))
        if "enum" in part:
            yield "no-such-choice", False
        for bound, beyond in (("minimum", -1), ("maximum", 1)):
            if bound in part:
                yield part[bound], True
                yield part[bound] + beyond, False
        if part.get("type") in ("integer", "number"):
            yield from (("abc", False), ("nan", False), ("true", False))


def test_every_value_of_every_parameter(small: TestClient, description: Description, schema: Any) -> None:
    operation = schema[PATH]["GET"]
    count = 0
    shared = description["components"]["parameters"]
    for reference in description["paths"][PATH]["get"]["parameters"]:
        parameter = shared[reference["$ref"].rpartition("/")[2]]
        name, allowed = parameter["name"], parameter["schema"]
        for value, is_allowed in edges(allowed):
            case = operation.Case(query={name: value})
            # Rules between fields (k ≤ t ≤ length) and the limit of work cannot be said in a schema.
            answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
            assert is_allowed or answer.status_code == 422, (name, value)
            count += 1
    assert count > 150


@settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_question_to_any_path(schema: Any, data: st.DataObject) -> None:
    operations = [result.ok() for result in schema.get_all_operations()]
    case = data.draw(data.draw(st.sampled_from(operations)).as_strategy())
    # As in a form, an empty value is none: allowEmptyValue says so, and is not understood.
    none = [negative_data_rejection] if "" in (case.query or {}).values() else []
    case.call_and_validate(excluded_checks=[positive_data_acceptance, *none])
