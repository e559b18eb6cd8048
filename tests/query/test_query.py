"""The query: one meaning for page, API, link and cache."""

from urllib.parse import parse_qsl

import pytest

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.errors import InvalidInput
from unrolled.query.fields import DEFAULT_TEXT
from unrolled.query.query import Query


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
        ("tolerance", "0", "give a number above 0, up to 1"),
        ("tolerance", "1.5", "give a number above 0, up to 1"),
        ("tolerance", "0,1", "give a number above 0, up to 1. Decimals have a point: 0.1."),
        ("loss", "mean", "choose one of sum, last"),
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
    assert "k is 33 but the sequence ends at 32" in faults(k="33")["k"]
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


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        # One field that cannot be used hides nothing that the others say of each other.
        ({"gain": "much", "t": "9", "length": "8"}, {"gain", "t"}),
        ({"gain": "much", "t": "3", "k": "4"}, {"gain", "k"}),
        ({"colour": "red", "layers": "2", "layer": "3"}, {"colour", "layer"}),
        ({"norm": "max", "input": "series"}, {"norm", "series"}),
        ({"seed": "x", "model": "gru", "of": "c", "wrt": "c"}, {"seed", "of", "wrt"}),
        ({"seed": "x", "chrono": "9", "forget_bias": "1"}, {"seed", "chrono"}),
        ({"seed": "x", "from": "9", "to": "4"}, {"seed", "from"}),
        # A rule that needs the field says nothing of it.
        ({"length": "x", "t": "99"}, {"length"}),
        ({"length": "x", "t": "98", "k": "99"}, {"length", "k"}),
        ({"model": "x", "of": "c"}, {"model"}),
        ({"layers": "9", "origin": "4", "layer": "4"}, {"layers"}),
        ({"to": "x", "until": "40", "from": "33"}, {"to", "from"}),
        # What is wrong in two ways is told once; what would be wrong after the first mend is told now.
        ({"t": "40", "k": "45"}, {"t", "k"}),
        ({"t": "40", "k": "35"}, {"t", "k"}),
        ({"to": "50", "until": "40", "from": "34", "since": "2"}, {"to", "until", "from"}),
        ({"from": "20", "to": "10", "until": "15"}, {"from"}),
        ({"from": "20", "to": "10", "until": "40"}, {"from", "until"}),
        ({"layers": "2", "layer": "4", "origin": "3"}, {"layer", "origin"}),
    ],
)
def test_faults_between_fields_come_with_those_of_fields(fields: dict[str, str], told: set[str]) -> None:
    assert faults(**fields).keys() == told


def test_a_repeated_field_hides_no_other_fault() -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.parse([("t", "3"), ("t", "4"), ("k", "9"), ("gain", "x"), ("layer", "2")])
    assert [fault.field for fault in caught.value.errors] == ["t", "gain", "layer"]
    with pytest.raises(InvalidInput) as caught:
        Query.parse([("x", "1"), ("x", "1"), ("gain", "1")])
    assert [fault.field for fault in caught.value.errors] == ["x"]


def test_words_of_the_rules() -> None:
    assert faults(t="3", k="4") == {"k": "k is 4 but must not come after t = 3: lower k or raise t."}
    assert faults(**{"from": "9", "to": "4"})["from"].startswith("from is 9 but must not come after to = 4")
    assert "it must lie in the window, from 5 to 9." in faults(**{"from": "5", "to": "9", "until": "2"})["until"]
    assert "it must lie in the sequence, from 1 to 32." in faults(**{"from": "9", "to": "4", "until": "33"})["until"]
    assert "above layer 2" in faults(layers="2", layer="3", origin="3")["origin"]


@pytest.mark.parametrize(
    ("fields", "cell"),
    [
        ({}, (32, 1)),
        ({"from": 5, "to": 20}, (20, 5)),
        ({"from": 5}, (32, 5)),
        ({"to": 20}, (20, 1)),
        ({"from": 5, "to": 20, "until": 9, "since": 15}, (20, 5)),
        ({"from": 5, "to": 20, "t": 12}, (12, 5)),
        ({"from": 5, "to": 20, "k": 12}, (20, 12)),
        # A cell may be chosen outside the window: the other end is then that of the whole sequence.
        ({"from": 5, "to": 20, "t": 3}, (3, 1)),
        ({"from": 5, "to": 20, "k": 21}, (32, 21)),
        ({"from": 5, "to": 20, "t": 25, "k": 2}, (25, 2)),
    ],
)
def test_the_cell_of_a_window_is_its_corner_unless_chosen(fields: dict[str, int], cell: tuple[int, int]) -> None:
    query = Query.build(fields)
    assert (query.later, query.earlier) == cell
