"""The types of fields: names out of the tables, numbers as people write them, and a series as they paste it."""

import pytest
from pydantic import ValidationError

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.query.fields import Fields
from unrolled.query.types import series_text


def test_every_name_of_the_tables_is_a_value() -> None:
    for field, table in (("activation", ACTIVATIONS), ("init", INITIALISATIONS), ("input", SEQUENCES)):
        for name in table:
            assert Fields.model_validate({field: name}).value(field) == name


def test_a_series_takes_what_people_paste() -> None:
    for text, series in [
        (" 1, 2;3\n4\t5\r\n-6e-1 ", (1, 2, 3, 4, 5, -0.6)),
        ("1,2,3", (1, 2, 3)),
        ("1,\n2,\n3", (1, 2, 3)),
        ("1;2;3", (1, 2, 3)),
        ("\u22121, 2, \u22123e\u22121", (-1, 2, -0.3)),
        ("", ()),
    ]:
        assert Fields.model_validate({"series": text}).series == series


def test_a_series_is_written_without_needless_digits() -> None:
    assert series_text((1.0, 2.5, -3.0, 1e-9)) == "1,2.5,-3,1e-09"


def test_what_is_no_value_is_refused_by_its_kind() -> None:
    for values, kind in [
        ({"series": "0 1,5 2,5"}, "decimal_comma"),
        ({"series": "0\t1,5"}, "decimal_comma"),
        ({"series": "1 zwei"}, "not_a_number"),
        ({"series": [1, True]}, "not_finite"),
        ({"series": [None]}, "not_a_number"),
        ({"series": "1 1e999"}, "not_finite"),
        ({"series": "1_0"}, "not_a_number"),
        ({"gain": "1_0"}, "value_error"),
        ({"t": "1_0"}, "value_error"),
        ({"length": True}, "boolean"),
        ({"text": True}, "boolean"),
        ({"activation": "zzz"}, "unknown_name"),
    ]:
        with pytest.raises(ValidationError) as caught:
            Fields.model_validate(values)
        assert [error["type"] for error in caught.value.errors()] == [kind]


def test_a_long_word_is_quoted_in_part() -> None:
    for series, word in (
        ("1 " + "y" * 21, "y" * 20 + "…"),
        ("1 " + "y" * 20, "y" * 20),
        ("1 2,5" + "0" * 90, "2,5" + "0" * 17 + "…"),
    ):
        with pytest.raises(ValidationError) as caught:
            Fields.model_validate({"series": series})
        assert caught.value.errors()[0]["ctx"]["word"] == word
