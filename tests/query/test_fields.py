"""Fields: what is looked at where nothing is chosen, and what every field says of itself."""

import pytest

from unrolled.query.fields import Fields, is_irrelevant_field, under
from unrolled.query.query import Query


def test_the_cell_of_a_window_is_its_corner_unless_chosen() -> None:
    for values, cell in [
        ({}, (32, 1)),
        ({"length": 9}, (9, 1)),
        ({"t": 7, "k": 3}, (7, 3)),
        ({"from": 5, "to": 20}, (20, 5)),
        ({"from": 5, "to": 20, "until": 9, "since": 15}, (20, 5)),
        ({"from": 5, "to": 20, "t": 12}, (12, 5)),
        ({"from": 5, "to": 20, "k": 12}, (20, 12)),
        # A cell may be chosen outside the window: the other end is then that of the whole sequence.
        ({"from": 5, "to": 20, "t": 3}, (3, 1)),
        ({"from": 5, "to": 20, "k": 21}, (32, 21)),
    ]:
        fields = Fields.model_validate(values)
        assert (fields.later, fields.earlier) == cell


def test_bounds_of_a_zoom() -> None:
    zoomed = Fields.model_validate({"from": 5, "to": 20, "until": 9})
    assert (zoomed.zoom_bounds, zoomed.is_zoomed) == ((5, 9, 5, 20), True)
    assert not Fields.model_validate({"from": 1, "to": 32}).is_zoomed


def test_a_field_is_known_by_its_name_in_a_url() -> None:
    assert Fields.model_validate({"from": 5}).value("from") == 5
    assert {"from", "until", "since", "to"} < set(Fields.names())
    assert (Fields.default("of"), Fields().model_default("of")) == ("h", "h")
    assert Fields.model_validate({"model": "mlp"}).model_default("of") == "o"


def test_every_field_has_label_and_explanation() -> None:
    for name, schema in Fields.model_json_schema()["properties"].items():
        assert schema["label"], name
        assert schema["description"].endswith("."), name


def test_fields_stand_under_headings() -> None:
    assert under("How far back") == {"truncation", "window", "loss", "tolerance"}
    assert {"length", "series"} < under("What it reads") < under("What it reads", "The network")
    assert under() == frozenset()


# What means something only where a state is carried through time.
_CHAINED = {"forget_bias", "chrono", "reset", "layer", "origin", "truncation", "loss", "tolerance"}


@pytest.mark.parametrize(
    ("model", "layers", "irrelevant"),
    [
        ("rnn", "1", {"forget_bias", "chrono", "reset", "layer", "origin", "key", "positions"}),
        ("lstm", "2", {"activation", "reset", "key", "positions"}),
        ("gru", "2", {"activation", "key", "positions"}),
        ("attention", "1", _CHAINED | {"activation", "layers", "window"}),
        ("mlp", "2", _CHAINED | {"window", "key", "positions"}),
        ("window", "2", _CHAINED | {"key", "positions"}),
        ("nonsense", "2", set()),
    ],
)
def test_a_field_that_the_network_does_not_have_is_irrelevant(model: str, layers: str, irrelevant: set[str]) -> None:
    values = {"model": model, "layers": layers}
    assert {name for name in Query.names() if is_irrelevant_field(name, values)} == irrelevant
