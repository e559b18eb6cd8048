"""What a refused query asks in return."""

import pytest

from app.errors import InvalidInput
from app.query import Query


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
