"""A schema is inferred from examples."""

from unrolled.web.api.openapi.inference import schema_of


def test_schema_of_an_example() -> None:
    number = {"type": ["number", "null"]}
    assert schema_of([[1, None], [2.5]]) == {"type": "array", "items": {"type": "array", "items": number}}
    assert schema_of([{"a": 1, "b": "x"}, {"a": None}]) == {
        "type": "array",
        "items": {"type": "object", "properties": {"a": number, "b": {"type": "string"}}, "required": ["a"]},
    }
    assert schema_of(True) == {"type": "boolean"}
    nothing_or_object = schema_of({"a": None}, {"a": {"b": 1}}, {"a": {"b": 2, "c": 3}})["properties"]["a"]
    assert [option["type"] for option in nothing_or_object["anyOf"]] == [["number", "null"], "object"]
    assert nothing_or_object["anyOf"][1]["required"] == ["b"]
    assert schema_of([]) == {"type": "array", "items": {}}
