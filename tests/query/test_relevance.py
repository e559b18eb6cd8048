"""Which fields mean something for a network."""

import pytest

from unrolled.query.query import Query
from unrolled.query.relevance import is_irrelevant_field

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
