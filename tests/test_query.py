"""The query: one meaning for page, API, link and cache."""

from urllib.parse import parse_qsl

import pytest

from app.core.activations import ACTIVATIONS
from app.core.initialisations import INITIALISATIONS
from app.core.sequences import SEQUENCES
from app.errors import InvalidInput
from app.query import Query
from app.query_fields import DEFAULT_TEXT


def faults(**fields: str) -> dict[str, str]:
    """Give the faults of a query by field."""
    with pytest.raises(InvalidInput) as caught:
        Query.parse(fields.items())
    return {error.field: error.message for error in caught.value.errors}


def test_default_link_is_the_version_alone() -> None:
    assert Query().url() == "/?v=1"
    assert Query.parse([]) == Query.parse([("v", "1")]) == Query()


def test_link_holds_what_differs_and_means_the_same_when_read() -> None:
    query = Query(activation="relu", gain=1.5, series=(1, -2.5, 1e-9), input="series", t=9, k=2)
    assert query.params() == {
        "v": "1",
        "activation": "relu",
        "gain": "1.5",
        "input": "series",
        "series": "1,-2.5,1e-09",
        "t": "9",
        "k": "2",
    }
    assert Query.parse(query.params().items()) == query


def test_old_links_keep_their_meaning() -> None:
    old = "v=1&model=rnn&activation=sigmoid&length=64&hidden=8&init=orthogonal&gain=1.2&input=walk&amplitude=2"
    query = Query.parse(parse_qsl(old))
    assert query == Query(
        activation="sigmoid", length=64, hidden=8, init="orthogonal", gain=1.2, input="walk", amplitude=2
    )


def test_every_name_of_the_tables_is_a_value() -> None:
    for field, table in (("activation", ACTIVATIONS), ("init", INITIALISATIONS), ("input", SEQUENCES)):
        for name in table:
            given = {field: name} | ({"series": "1"} if name == "series" else {})
            assert getattr(Query.parse(given.items()), field) == name


def test_empty_fields_of_a_form_are_not_given_but_an_empty_text_is() -> None:
    query = Query.parse([("length", ""), ("t", ""), ("series", ""), ("text", "")])
    assert query == Query(text="")
    assert query.params() == {"v": "1", "text": ""}


def test_series_takes_what_people_paste() -> None:
    query = Query.parse([("series", " 1, 2;3\n4\t5\r\n-6e-1 ")])
    assert query.series == (1, 2, 3, 4, 5, -0.6)


@pytest.mark.parametrize("text", ["1, 2, 3", "1,2,3", "1 2 3", "1;2;3", "1,2,3\n", "1,\n2,\n3", " 1\t2\n3 "])
def test_one_kind_of_separator_is_read_as_it_stands(text: str) -> None:
    assert Query.parse([("series", text)]).series == (1, 2, 3)


@pytest.mark.parametrize("text", ["0 1,5 2,5", "0;1,5", "0\n1,5\n2,5", "0\t1,5"])
def test_a_comma_that_may_be_a_decimal_one_is_refused(text: str) -> None:
    said = faults(series=text)["series"]
    assert said.startswith("Entry 2 of series is “1,5”")
    assert "such as 1.5, or use one kind of separator only" in said


def test_a_typographic_minus_is_a_minus() -> None:
    assert Query.parse([("series", "\u22121, 2, \u22123e\u22121")]).series == (-1, 2, -0.3)


@pytest.mark.parametrize("fields", [{"gain": "1_0"}, {"length": "1_0"}, {"series": "1_0"}, {"t": "1_0"}])
def test_underscores_are_no_part_of_a_number(fields: dict[str, str]) -> None:
    assert faults(**fields).keys() == fields.keys()


def test_every_fault_is_told_at_once() -> None:
    told = faults(length="0", gain="much", activation="tahn", colour="red")
    assert told.keys() == {"length", "gain", "activation", "colour"}
    assert told["length"] == "length is “0”; give a whole number from 1 to 65536."
    assert told["gain"] == "gain is “much”; give a number from 0 to 10."
    assert "Did you mean tanh?" in told["activation"]
    assert "There is no field “colour”." in told["colour"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("length", "32.5", "give a whole number from 1 to 65536"),
        ("length", "65537", "give a whole number from 1 to 65536"),
        ("gain", "0,5", "give a number from 0 to 10. Decimals have a point: 0.5."),
        ("gain", "nan", "give a number from 0 to 10"),
        ("gain", "inf", "give a number from 0 to 10"),
        ("gain", "-0.1", "give a number from 0 to 10"),
        ("seed", "-1", "give a whole number from 0 to 2147483647"),
        ("k", "0", "give a whole number of 1 or more"),
        ("v", "2", "choose one of 1"),
        ("model", "transformer", "choose one of rnn, lstm, gru"),
        ("norm", "Spectral", "Did you mean spectral?"),
        ("text", "a" * 1001, "text has 1001 characters; at most 1000 are taken"),
        ("series", "1," * 1001, "series has 1001 numbers; at most 1000 are taken"),
        ("series", "1 zwei 3", "Entry 2 of series is “zwei”, not a finite number"),
        ("series", "1 nan", "Entry 2 of series is “nan”"),
        ("series", "1 1e999", "Entry 2 of series is “1e999”"),
        ("activation", "\x00\u202e" + "x" * 100, "…"),
    ],
)
def test_one_fault_says_value_and_way_out(field: str, value: str, said: str) -> None:
    told = faults(**{field: value})
    assert told.keys() == {field}
    assert said in told[field]
    assert told[field].isprintable()


def test_rules_between_fields() -> None:
    assert "the sequence ends at 8" in faults(length="8", t="9")["t"]
    assert "must not come after t = 3" in faults(t="3", k="4")["k"]
    assert "must not come after t = 32" in faults(k="33")["k"]
    assert "at least one character" in faults(input="text", text="")["text"]
    assert "at least one number" in faults(input="series")["series"]
    assert faults(length="8", t="9", input="series").keys() == {"t", "series"}


def test_repeated_field_is_refused() -> None:
    with pytest.raises(InvalidInput, match="gain is given more than once"):
        Query.parse([("gain", "1"), ("gain", "1")])


@pytest.mark.parametrize(
    "values", [{"length": True}, {"gain": False}, {"series": [1, True]}, {"t": True}, {"text": True}]
)
def test_truth_values_are_no_numbers(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        Query.build(values)


def test_changed_query_is_validated_again() -> None:
    assert Query(t=5).changed(length=7).t == 5
    with pytest.raises(InvalidInput, match="ends at 4"):
        Query(t=5).changed(length=4)


def test_chosen_cell_is_the_corner_unless_chosen() -> None:
    assert (Query(length=9).later, Query(length=9).earlier) == (9, 1)
    assert (Query(t=7, k=3).later, Query(t=7, k=3).earlier) == (7, 3)


def test_queries_are_keys() -> None:
    assert len({Query(), Query(length=32), Query(gain=1), Query(text=DEFAULT_TEXT)}) == 1


def test_every_field_has_label_and_explanation() -> None:
    for name, schema in Query.model_json_schema()["properties"].items():
        assert schema["label"], name
        assert schema["description"].endswith("."), name
