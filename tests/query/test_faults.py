"""What a refused query asks in return."""

import pytest

from unrolled.errors import InvalidInput
from unrolled.query.query import Query


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        ("activation", "Relu", "relu"),
        ("activation", "TANH", "tanh"),
        ("norm", "FROBENIUS", "frobenius"),
        ("Activation", "relu", "activation"),
        ("LENGHT", "5", "length"),
    ],
)
def test_the_nearest_name_is_found_whatever_the_case(field, value, meant):
    with pytest.raises(InvalidInput) as caught:
        Query.build({field: value})
    assert f" Did you mean {meant}?" in caught.value.errors[0].message


def test_what_is_near_to_nothing_asks_nothing():
    with pytest.raises(InvalidInput) as caught:
        Query.build({"activation": "zzz"})
    assert "Did you mean" not in caught.value.errors[0].message


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", 5, "text is 5; give text."),
        ("series", {"a": 1}, 'series is {"a": 1}; give numbers separated by commas, or a list of numbers.'),
        ("text", "\ud800", "text is “�”; it holds half a character, a lone surrogate: send whole ones."),
    ],
)
def test_what_is_of_another_kind_is_told_the_way_out(field, value, said):
    with pytest.raises(InvalidInput) as caught:
        Query.build({field: value})
    assert [fault.message for fault in caught.value.errors] == [said]


def test_a_name_that_is_no_text_is_told():
    with pytest.raises(InvalidInput) as caught:
        Query.build({"\ud800": 1, "gain": 1})
    (fault,) = caught.value.errors
    assert "a lone surrogate" in fault.message
