"""Which steps are drawn, and which are folded."""

import pytest

from unrolled.views.graph.folding import Fold, unroll


@pytest.mark.parametrize(("t", "k"), [(100, 1), (50, 50), (70, 30), (52, 49)])
def test_folding_keeps_the_ends_and_the_cell_and_counts_every_step(t, k):
    parts = unroll(100, t, k)
    steps = [part for part in parts if isinstance(part, int)]
    folds = [part for part in parts if isinstance(part, Fold)]
    assert {1, 100, t, k} <= set(steps)
    assert {min(t + 1, 100), max(k - 1, 1)} <= set(steps)
    assert len(parts) <= 14
    assert all(fold.count >= 2 for fold in folds)
    covered = steps + [step for fold in folds for step in range(fold.first, fold.last + 1)]
    assert sorted(covered) == list(range(1, 101))
    order = [part if isinstance(part, int) else part.first for part in parts]
    assert order == sorted(order)


def test_up_to_twelve_steps_nothing_is_folded():
    assert unroll(12, 12, 1) == list(range(1, 13))
    assert any(isinstance(part, Fold) for part in unroll(14, 14, 1))
