"""The controls are the schema and the tables, drawn."""

from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.query.query import Query
from unrolled.query.types import MAX_LENGTH
from unrolled.web.pages.controls import controls

DRAWN = {control.name: control for control in controls({"length": "32", "gain": "x"}, {"gain": "no number"})}


def test_every_field_but_the_version_has_a_control() -> None:
    assert DRAWN.keys() == set(Query.names()) - {"v"}
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
    assert (length.minimum, length.maximum, length.step) == (1, MAX_LENGTH, 1)
    tolerance = DRAWN["tolerance"]
    assert (tolerance.kind, tolerance.minimum, tolerance.above, tolerance.maximum) == ("range", None, 0, 1)
    assert DRAWN["text"].max_length == DRAWN["series"].max_length == 1000


def test_what_counts_for_one_kind_of_input_says_so() -> None:
    kinds = {name: control.of_input for name, control in DRAWN.items() if control.of_input}
    assert kinds == {"text": "text", "series": "series", "frame": "sound", "features": "sound"}


def test_typed_value_and_fault_stand_in_the_control() -> None:
    assert (DRAWN["gain"].value, DRAWN["gain"].error) == ("x", "no number")
    assert (DRAWN["seed"].value, DRAWN["seed"].error) == ("", None)


def test_what_may_be_left_empty_says_what_that_means() -> None:
    optional = {name for name, control in DRAWN.items() if control.left_out is not None}
    assert optional == {name for name in DRAWN if Query.default(name) is None}
    assert {DRAWN[name].kind for name in optional} == {"number"}
    assert all(DRAWN[name].left_out for name in optional - {"t", "k"})


def test_what_means_nothing_for_the_model_is_marked_unless_it_is_a_fault() -> None:
    for faults, marked in [({}, True), ({"layer": "too high"}, False)]:
        by_name = {control.name: control for control in controls({"model": "rnn", "layers": "1"}, faults)}
        assert by_name["layer"].is_irrelevant is marked
        assert not by_name["activation"].is_irrelevant
