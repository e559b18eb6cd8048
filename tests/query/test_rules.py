"""A model without recurrence has no state: what can be asked of it, and how links say so."""

import pytest

from unrolled.core.networks.registry import DIRECT, MODELS
from unrolled.errors import InvalidInput
from unrolled.query.query import Query


@pytest.mark.parametrize("model", DIRECT)
def test_what_is_looked_at_is_the_output_by_the_input_and_the_link_need_not_say_so(model: str) -> None:
    query = Query.build({"model": model})
    assert (query.of, query.wrt, query.is_direct, query.state_names) == ("o", "x", True, ())
    assert query.params() == {"v": "1", "model": model}
    assert Query.parse(list(query.params().items())) == query


@pytest.mark.parametrize("model", MODELS)
def test_a_recurrent_model_may_be_asked_the_same(model: str) -> None:
    query = Query.build({"model": model, "of": "o", "wrt": "x"})
    given = query.params()
    assert (given["of"], given["wrt"]) == ("o", "x")
    assert Query.parse(list(given.items())) == query


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"model": "mlp", "of": "h"}, "of", "Choose of=o, or model=rnn, lstm or gru"),
        ({"model": "attention", "wrt": "h"}, "wrt", "Choose wrt=x"),
        ({"model": "window", "truncation": "chunked"}, "truncation", "no chain through time"),
        ({"model": "rnn", "of": "c"}, "of", "choose model=lstm or of=h"),
        ({"model": "rnn", "wrt": "o"}, "wrt", "h, c, s"),
    ],
)
def test_what_a_model_does_not_have_is_refused_with_the_way_out(fields: dict[str, str], field: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.build(fields)
    assert [fault.field for fault in caught.value.errors] == [field]
    assert said in caught.value.errors[0].message


def test_changing_the_kind_of_model_lets_go_of_what_only_the_other_has() -> None:
    query = Query.build({"model": "lstm", "layers": 2, "layer": 1, "of": "c", "wrt": "s", "truncation": "sliding"})
    direct = query.changed(model="attention")
    assert (direct.of, direct.wrt, direct.layer, direct.truncation) == ("o", "x", None, "none")
    assert direct.changed(model="gru").of == "h"
    assert query.changed(model="lstm") == query


@pytest.mark.parametrize("fields", [{"window": 0}, {"window": 65537}, {"key": 0}, {"key": 257}])
def test_bounds(fields: dict[str, int]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Query.build(fields)
    assert [fault.field for fault in caught.value.errors] == list(fields)
