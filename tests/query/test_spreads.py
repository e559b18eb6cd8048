"""Values around the one that is set."""

from unrolled.query.spreads import around, consecutive, first_four, octaves, offsets, quarters, up_to


def test_the_value_that_is_set_is_among_those_proposed() -> None:
    for spread in (octaves, around, quarters, consecutive, offsets):
        assert 3.0 in spread(3.0, {})
        assert spread(3.0, {}) == sorted(spread(3.0, {}))


def test_where_nothing_is_set_there_is_something_to_compare() -> None:
    assert octaves(0, {}) == [8, 16, 32, 64]
    assert around(0, {}) == [0, 0.5, 1, 1.5, 2]
    assert quarters(0, {}) == [0, 0.5, 1]
    assert offsets(0, {}) == [-1, 0, 1, 2, 4]


def test_layers_are_counted() -> None:
    assert first_four(9, {}) == [1, 2, 3, 4]
    assert up_to("layers")(0, {"layers": 3}) == [1, 2, 3]
