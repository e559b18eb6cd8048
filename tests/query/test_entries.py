"""The table of fields is whole: everything has its words and its place."""

from collections import Counter
from typing import Any

from unrolled.query.choices import choices, properties
from unrolled.query.fields import Fields

ENTRIES = {name: Fields.entry(name) for name in Fields.names()}


def test_every_field_explains_itself() -> None:
    assert len(ENTRIES) > 30
    assert all(entry.label and entry.help.endswith(".") for entry in ENTRIES.values())


def test_every_field_but_the_chosen_cell_has_a_place_of_its_own() -> None:
    assert {name for name, entry in ENTRIES.items() if not entry.place} == {"v", "t", "k"}
    orders = Counter(entry.place.order for entry in ENTRIES.values() if entry.place)
    assert max(orders.values()) == 1


def test_an_empty_box_says_what_that_means() -> None:
    for name, entry in ENTRIES.items():
        if entry.place:
            assert bool(entry.left_out) == (Fields.default(name) is None), name


def test_every_choice_has_its_row() -> None:
    tables: dict[str, Any] = {name: entry.table for name, entry in ENTRIES.items() if entry.table}
    assert tables.keys() == {name for name in properties() if choices(name)} - {"v"}
    for name, table in tables.items():
        assert {choice.value for choice in choices(name)} <= table.keys(), name
