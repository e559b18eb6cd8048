"""A part of a query: what is not shown cannot be read, and what agrees with it is judged by what is shown."""

import pytest

from unrolled.errors import InvalidInput
from unrolled.query.fields import Fields
from unrolled.query.part import HiddenField
from unrolled.query.query import Query


def part(*names, **fields):
    return Query.build(fields).showing(frozenset(names))


def test_what_is_shown_is_read_and_anything_else_raises():
    shown = part("model", "from", "length", **{"from": 3, "model": "gru"})
    assert shown.shown() == {"model": "gru", "length": 32, "from": 3}
    assert (shown.value("from"), shown.state_names, shown.shows("from"), shown.shows("to")) == (3, ("h",), True, False)
    for read in (lambda: shown.hidden, lambda: shown.later, lambda: shown.value("to"), shown.url, shown.params):
        with pytest.raises(HiddenField):
            read()
    with pytest.raises(AttributeError):
        shown.colour  # noqa: B018 -- no field


def test_every_field_can_be_hidden():
    for attribute, field in Fields.model_fields.items():
        with pytest.raises(HiddenField) as hidden:
            getattr(part(), attribute)
        assert hidden.value.field == (field.alias or attribute)


def test_a_part_of_a_part_shows_no_more():
    with pytest.raises(HiddenField):
        part("model", "length").showing(frozenset({"hidden"}))


def test_what_is_changed_is_known():
    changed = part("model", "hidden", layer=1).changed(norm="frobenius", gain=2.0)
    assert changed.shown() == {"model": "rnn", "hidden": 16, "gain": 2.0, "norm": "frobenius"}


def test_a_change_is_held_to_what_is_shown_and_raises_where_that_is_not_enough():
    with pytest.raises(HiddenField):
        part("model", length=64).changed(t=40)
    assert part("model", "length", "k", length=64).changed(t=40).later == 40
    with pytest.raises(InvalidInput, match="t"):
        part("model", "length", "k").changed(t=40)
    with pytest.raises(InvalidInput, match="gain"):
        part("model").changed(gain=-1)


def test_a_model_of_the_other_kind_is_asked_for_its_own_derivative():
    changed = part("model", "layers", "of", "wrt", model="lstm", of="c", wrt="c").changed(model="mlp")
    assert (changed.of, changed.wrt, changed.layer, changed.truncation) == ("o", "x", None, "none")
    assert part("model", "layers", model="attention").changed(model="gru").of == "h"
