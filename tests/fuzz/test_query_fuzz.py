"""Links mean what they say: every valid query survives its link."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given, settings

from tests.cases import examples
from tests.fuzz.strategies import PAIRS, queries
from unrolled.errors import FieldError, InvalidInput
from unrolled.query.query import Query
from unrolled.web.pages.form import read_form

fuzzed = settings(max_examples=examples(100), deadline=None)


@fuzzed
@given(queries())
def test_query_survives_its_link(query: Query) -> None:
    assert Query.parse(query.params().items()) == query
    pairs = parse_qsl(urlsplit(query.url("/")).query, keep_blank_values=True, errors="strict")
    assert Query.parse(pairs) == query


@fuzzed
@given(queries())
def test_query_survives_json(query: Query) -> None:
    assert Query.model_validate_json(query.model_dump_json()) == query
    assert Query.build(query.model_dump()) == query


@fuzzed
@given(queries())
def test_link_holds_nothing_needless(query: Query) -> None:
    given_fields = query.params()
    for name in given_fields.keys() - {"v"}:
        assert query.value(name) != Query.default(name)
    assert read_form(given_fields.items()).is_canonical


@fuzzed
@given(queries())
def test_form_with_every_field_means_the_same(query: Query) -> None:
    form = read_form((name, query.text_of(name)) for name in Query.names())
    assert form.error is None
    assert form.query == query
    assert read_form(parse_qsl(urlsplit(form.url).query, keep_blank_values=True)).query == query


@fuzzed
@given(PAIRS)
def test_garbage_is_a_query_or_a_list_of_faults(pairs: list[tuple[str, str]]) -> None:
    faults: tuple[FieldError, ...] = ()
    try:
        query = Query.parse(pairs)
    except InvalidInput as error:
        faults = error.errors
    else:
        faults = (FieldError("", "none"),)
        assert Query.parse(query.params().items()) == query
    assert faults
    assert all(fault.message.isprintable() for fault in faults)


@fuzzed
@given(PAIRS)
def test_form_never_raises_and_keeps_what_was_typed(pairs: list[tuple[str, str]]) -> None:
    form = read_form(pairs)
    typed = {name: value for name, value in pairs if name not in ("fbclid", "gclid") and not name.startswith("utm_")}
    assert form.values | typed == form.values
