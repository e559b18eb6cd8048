"""The query: one meaning for page, API, link and cache."""

from urllib.parse import parse_qsl

import pytest

from tests.models import DIRECT, RECURRENT
from unrolled.errors import InvalidInput
from unrolled.query.entries import DEFAULT_TEXT
from unrolled.query.query import Query, single_values


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


def test_empty_fields_of_a_form_are_not_given_but_an_empty_text_is() -> None:
    query = Query.parse([("length", ""), ("t", ""), ("series", ""), ("text", "")])
    assert query == Query(text="")
    assert query.params() == {"v": "1", "text": ""}


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.parse([("length", "0"), ("gain", "much"), ("activation", "tahn"), ("colour", "red")])
    assert [fault.field for fault in caught.value.errors] == ["activation", "length", "gain", "colour"]


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([("t", "3"), ("t", "4"), ("k", "9"), ("gain", "x"), ("layer", "2")], ["t", "gain", "layer"]),
        ([("x", "1"), ("x", "1"), ("gain", "1")], ["x"]),
    ],
)
def test_a_repeated_field_is_refused_and_hides_no_other_fault(pairs: list[tuple[str, str]], fields: list[str]) -> None:
    with pytest.raises(InvalidInput, match="is given more than once: give it once") as caught:
        Query.parse(pairs)
    assert [fault.field for fault in caught.value.errors] == fields
    assert [fault.field for fault in single_values(pairs)[1]] == fields[:1]


def test_a_changed_query_is_validated_again() -> None:
    assert Query(t=5).changed(length=7).t == 5
    with pytest.raises(InvalidInput, match="ends at 4"):
        Query(t=5).changed(length=4)


def test_queries_are_keys() -> None:
    assert len({Query(), Query(length=32), Query(gain=1), Query(text=DEFAULT_TEXT)}) == 1


def test_a_link_need_not_say_that_a_model_without_recurrence_is_asked_for_its_output() -> None:
    for model in DIRECT:
        query = Query.build({"model": model})
        assert (query.of, query.wrt, query.state_names) == ("o", "x", ())
        assert query.params() == {"v": "1", "model": model}
        assert Query.parse(list(query.params().items())) == query
    for model in RECURRENT:
        query = Query.build({"model": model, "of": "o", "wrt": "x"})
        assert (query.params()["of"], query.params()["wrt"]) == ("o", "x")
        assert Query.parse(list(query.params().items())) == query


def test_changing_the_kind_of_model_lets_go_of_what_only_the_other_has() -> None:
    query = Query.build({"model": "lstm", "layers": 2, "layer": 1, "of": "c", "wrt": "s", "truncation": "sliding"})
    direct = query.changed(model="attention")
    assert (direct.of, direct.wrt, direct.layer, direct.truncation) == ("o", "x", None, "none")
    assert direct.changed(model="gru").of == "h"
    assert query.changed(model="lstm") == query
