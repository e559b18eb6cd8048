"""The rules between fields: what each says, and that none judges a field which cannot be used."""

from typing import Any

import pytest

from unrolled.errors import InvalidInput
from unrolled.query.query import Query


def faults(values: Any) -> dict[str, str]:
    """Give the faults of a query by field."""
    with pytest.raises(InvalidInput) as caught:
        Query.build(values)
    return {error.field: error.message for error in caught.value.errors}


def test_fields_that_do_not_agree() -> None:
    for values, field, message in [
        ({"input": "text", "text": ""}, "text", "The input is text but no text is given: type at least one character."),
        ({"input": "series"}, "series", "The input is your own series but it is empty: give at least one number."),
        ({"length": 8, "t": 9}, "t", "t is 9 but the sequence ends at 8: lower t or raise length."),
        ({"k": 33}, "k", "k is 33 but the sequence ends at 32: lower k or raise length."),
        ({"from": 33}, "from", "from is 33 but the sequence ends at 32: lower from or raise length."),
        ({"t": 3, "k": 4}, "k", "k is 4 but must not come after t = 3: lower k or raise t."),
        ({"from": 9, "to": 4}, "from", "from is 9 but must not come after to = 4: lower from or raise to."),
        ({"from": 5, "to": 9, "until": 2}, "until", "until is 2; it must lie in the window, from 5 to 9."),
        ({"from": 5, "to": 9, "since": 10}, "since", "since is 10; it must lie in the window, from 5 to 9."),
        (
            {"model": "mlp", "of": "h"},
            "of",
            "of is h, but mlp has no state: its outputs o see the inputs x directly. Choose of=o, or model=rnn, lstm, "
            "gru or mingru.",
        ),
        (
            {"model": "attention", "wrt": "h"},
            "wrt",
            "wrt is h, but attention has no state: its outputs o see the inputs x directly. Choose wrt=x, or "
            "model=rnn, lstm, gru or mingru.",
        ),
        (
            {"model": "gru", "of": "c"},
            "of",
            "of is c, the cell of an LSTM, but the model is gru: choose model=lstm or of=h.",
        ),
        (
            {"model": "window", "truncation": "chunked"},
            "truncation",
            "truncation is chunked, but window has no chain through time to cut: choose truncation=none, or model=rnn, "
            "lstm, gru or mingru.",
        ),
        (
            {"layers": 2, "layer": 3},
            "layer",
            "layer is 3 but the network has 2: lower layer or raise layers.",
        ),
        (
            {"layers": 3, "layer": 2, "origin": 3},
            "origin",
            "origin is 3, above layer 2, which does not depend on it: lower origin to 2.",
        ),
        (
            {"chrono": 9, "forget_bias": 1},
            "chrono",
            "chrono and forget_bias set the same biases: leave one of them out.",
        ),
    ]:
        assert faults(values) == {field: message}


def test_faults_between_fields_come_with_those_of_fields() -> None:
    for values, fields in [
        # One field that cannot be used hides nothing that the others say of each other.
        ({"gain": "much", "t": 9, "length": 8}, {"gain", "t"}),
        ({"colour": "red", "layers": 2, "layer": 3}, {"colour", "layer"}),
        ({"norm": "max", "input": "series"}, {"norm", "series"}),
        ({"seed": "x", "model": "gru", "of": "c", "wrt": "c"}, {"seed", "of", "wrt"}),
        ({"seed": "x", "chrono": 9, "forget_bias": 1}, {"seed", "chrono"}),
        # A rule that needs the field says nothing of it.
        ({"length": "x", "t": 98, "k": 99}, {"length", "k"}),
        ({"model": "x", "of": "c"}, {"model"}),
        ({"layers": 9, "origin": 4, "layer": 4}, {"layers"}),
        ({"to": "x", "until": 40, "from": 33}, {"to", "from"}),
        # What is wrong in two ways is listed once; what would be wrong after the first mend is listed now.
        ({"t": 40, "k": 45}, {"t", "k"}),
        ({"to": 50, "until": 40, "from": 34, "since": 2}, {"to", "until", "from"}),
        ({"from": 20, "to": 10, "until": 15}, {"from"}),
        ({"from": 20, "to": 10, "until": 40}, {"from", "until"}),
        ({"layers": 2, "layer": 4, "origin": 3}, {"layer", "origin"}),
    ]:
        assert faults(values).keys() == fields


def test_a_window_that_is_none_leaves_the_sequence() -> None:
    messages = faults({"from": 9, "to": 4, "until": 33})
    assert messages["until"] == "until is 33; it must lie in the sequence, from 1 to 32."


def test_rows_and_columns_of_a_window_begin_and_end_inside_it() -> None:
    window = {"from": 5, "to": 9}
    for name in ("since", "until"):
        for inside in (5, 7, 9):
            assert Query.build(window | {name: inside}).value(name) == inside
        for outside in (4, 10, 1, 33):
            expected = f"{name} is {outside}; it must lie in the window, from 5 to 9."
            assert faults(window | {name: outside}) == {name: expected}
        # With one end, or none, it is the sequence that ends it.
        assert faults({"from": 5, name: 4}) == {name: f"{name} is 4; it must lie in the window, from 5 to 32."}
        assert faults({"to": 9, name: 10}) == {name: f"{name} is 10; it must lie in the window, from 1 to 9."}
        assert faults({name: 33}) == {name: f"{name} is 33; it must lie in the window, from 1 to 32."}
        assert Query.build({name: 32}).value(name) == 32


def test_steps_at_the_very_end_are_steps() -> None:
    assert Query.build({"length": 8, "t": 8, "k": 8}).later == 8
    assert Query.build({"length": 8, "from": 8, "to": 8}).zoom_bounds == (8, 8, 8, 8)
    assert Query.build({"layers": 3, "layer": 3, "origin": 3}).origin == 3
