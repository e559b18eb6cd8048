"""The controls are the schema and the tables, drawn."""

from app.core.activations import ACTIVATIONS
from app.pages.controls import controls
from app.query import Query

DRAWN = {control.name: control for control in controls({"length": "32", "gain": "x"}, {"gain": "no number"})}


def test_every_field_but_the_version_has_a_control() -> None:
    assert DRAWN.keys() == Query.model_fields.keys() - {"v"}
    assert all(control.label and control.help for control in DRAWN.values())


def test_kinds_follow_from_what_the_values_are() -> None:
    kinds = {
        name: DRAWN[name].kind for name in ("activation", "model", "length", "gain", "seed", "text", "series", "t")
    }
    assert kinds == {
        "activation": "select",
        "model": "select",
        "length": "range",
        "gain": "range",
        "seed": "number",
        "text": "text",
        "series": "text",
        "t": "number",
    }


def test_choices_carry_the_words_of_the_table() -> None:
    assert [(value, label) for value, label, _ in DRAWN["activation"].choices] == [
        (row.name, row.label) for row in ACTIVATIONS.values()
    ]
    assert all(note for _, _, note in DRAWN["activation"].choices)


def test_bounds_are_those_of_the_schema() -> None:
    length = DRAWN["length"]
    assert (length.minimum, length.maximum, length.step) == (1, 4096, 1)
    assert DRAWN["text"].max_length == DRAWN["series"].max_length == 1000


def test_typed_value_and_fault_stand_in_the_control() -> None:
    assert (DRAWN["gain"].value, DRAWN["gain"].error) == ("x", "no number")
    assert (DRAWN["seed"].value, DRAWN["seed"].error) == ("", None)
