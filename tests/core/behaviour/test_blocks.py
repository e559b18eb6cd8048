"""Rows that are discarded, fitted, left as a gap and tested; errors of blocks, since neighbours are alike."""

import numpy as np
import pytest

from unrolled.core.behaviour.blocks import BLOCKS, FOLDS, Ratio, Split, standard_error

RNG = np.random.default_rng(2)


@pytest.mark.parametrize(("rows", "washout", "gap"), [(600, 60, 24), (43, 4, 1), (30, 3, 1), (12, 0, 0)])
def test_every_row_is_used_once(rows, washout, gap):
    split, row = Split.of(rows, washout, gap), np.arange(rows)
    fitted, tested = row[split.fitted_rows], row[split.tested_rows]
    assert fitted[0] == washout
    assert tested[0] == fitted[-1] + gap + 1
    assert tested[-1] == rows - 1
    assert abs(len(fitted) - 2 * len(tested)) <= 2


def test_nothing_is_left_of_too_few_rows():
    assert Split.of(3, 4, 1) == Split(4, 0, 1, 0)


def test_a_block_is_left_out_with_the_gaps_around_it():
    split = Split(0, 50, 3, 20)
    folds, row = split.folds(), np.arange(50)
    assert len(folds) == FOLDS
    assert np.concatenate([row[held] for held, _ in folds]).tolist() == row.tolist()
    held, kept = folds[2]
    assert (held.start, held.stop) == (20, 30)
    assert row[kept].tolist() == [*range(17), *range(33, 50)]


def test_blocks_are_contiguous_and_as_equal_as_can_be():
    split = Split(0, 50, 3, 20)
    assert split.by_block(np.ones(20)).tolist() == [2, 3, 2, 3, 2, 3, 2, 3]
    assert split.by_block(np.arange(20.0)).sum() == 190
    assert Split(0, 8, 1, 3).by_block(np.array([1.0, 2, 3])).tolist() == [1, 2, 3]


def test_the_error_of_a_mean_is_the_textbook_one():
    values = RNG.standard_normal(BLOCKS)
    ratio = Ratio(values, np.ones(BLOCKS))
    assert ratio.value == pytest.approx(values.mean())
    assert ratio.error == pytest.approx(values.std(ddof=1) / np.sqrt(BLOCKS))
    assert ratio.deviations.sum() == pytest.approx(0, abs=1e-15)


def test_what_is_all_alike_has_no_error_and_what_is_nothing_no_value():
    under = RNG.random(BLOCKS)
    assert Ratio(3 * under, under).error == pytest.approx(0, abs=1e-15)
    assert np.isnan([Ratio(under, 0 * under).value, Ratio(under, 0 * under).error]).all()
    assert np.isnan(standard_error(np.zeros(1)))


def test_what_happens_in_two_blocks_alone_has_no_error():
    under = np.zeros(BLOCKS)
    under[:2] = 1.0
    assert np.isnan(Ratio(0.25 * under, under).error)
    assert Ratio(0.25 * under, under).value == 0.25
    under[2] = 1.0
    assert Ratio(0.25 * under, under).error == 0.0
