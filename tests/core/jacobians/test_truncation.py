"""Which pairs a truncation keeps: counted by hand, by formula and by mask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.core.jacobians.truncation import Kind, Truncation

KINDS: tuple[Kind, ...] = ("none", "chunked", "sliding")


def all_pairs(length: int) -> int:
    return length * (length + 1) // 2


@pytest.mark.parametrize(
    ("window", "sliding", "chunked"),
    [(10, 555, 330), (20, 1010, 630), (60, 1830, 1830), (1, 60, 60)],
)
def test_sixty_steps_by_hand(window: int, sliding: int, chunked: int) -> None:
    assert Truncation("sliding", window).pairs(60) == sliding
    assert Truncation("chunked", window).pairs(60) == chunked
    assert Truncation("none", window).pairs(60) == all_pairs(60)


@given(st.sampled_from(KINDS), st.integers(1, 40), st.integers(1, 30))
def test_the_count_is_that_of_the_mask(kind: Kind, length: int, window: int) -> None:
    steps, truncation = np.arange(1, length + 1), Truncation(kind, window)
    mask = truncation.kept(steps, steps)
    assert int(mask.sum()) == truncation.pairs(length)
    assert not np.triu(mask, 1).any()
    assert np.diagonal(mask).all()
    if window >= length:
        assert truncation.pairs(length) == all_pairs(length)


@given(st.integers(1, 40), st.integers(1, 30))
def test_chunked_keeps_part_of_what_sliding_keeps(length: int, window: int) -> None:
    steps = np.arange(1, length + 1)
    chunked, sliding = (Truncation(kind, window).kept(steps, steps) for kind in KINDS[1:])
    assert not (chunked & ~sliding).any()
    if window == 1:
        assert (chunked == sliding).all()


@given(st.sampled_from(KINDS[1:]), st.integers(1, 40), st.integers(1, 30))
def test_what_lies_behind_a_cut_edge_is_not_kept_and_what_does_not_is(kind: Kind, t: int, window: int) -> None:
    truncation = Truncation(kind, window)
    mask = truncation.kept(np.array([t]), np.arange(1, t + 1))[0]
    last = max(truncation.cuts(t).tolist(), default=1)
    np.testing.assert_array_equal(mask, np.arange(1, t + 1) >= last)


def test_a_long_sequence_is_counted_without_its_pairs() -> None:
    assert Truncation("sliding", 100).pairs(65536) == all_pairs(100) + 100 * (65536 - 100)
