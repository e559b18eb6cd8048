"""What scripts know of the fields is what the server knows."""

from unrolled.query.query import Query
from unrolled.web.pages.schema import script_schema


def test_scripts_know_the_defaults_of_every_model() -> None:
    schema = script_schema()
    assert schema["defaults"] == Query().model_dump()
    for model, states in schema["states"].items():
        query = Query.build({"model": model})
        usual = {name: query.value(name) for name in schema["stateless"]}
        assert usual == (schema["stateless"] if not states else {"of": "h", "wrt": "h"})
        assert states == query.state_names


def test_kinds_of_fields() -> None:
    schema = script_schema()
    assert schema["texts"] == ["text"]
    assert schema["prose"] == ["text", "series"]
