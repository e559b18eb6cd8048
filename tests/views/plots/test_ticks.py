"""What is named along an axis."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.data.audio import frame_times
from unrolled.views.plots.ticks import scale_ticks, step_ticks, whole_ticks


def steps(last, stride=1):
    return np.arange(stride, last + 1, stride)


def test_few_steps_are_all_named():
    values, texts = step_ticks(steps(5), list("12345"))
    assert values == [1, 2, 3, 4, 5]
    assert texts == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("last", few([1, 2, 9, 10, 11, 32, 100, 999, 4096], [1, 2, 10, 32, 999]))
def test_both_ends_and_round_numbers(last):
    values, texts = step_ticks(steps(last), [str(step) for step in steps(last)])
    assert values[0] == 1
    assert values[-1] == last
    assert values == sorted(set(values))
    assert len(values) <= 11
    assert texts == [str(value) for value in values]
    gaps = np.diff(values)
    assert last == 1 or gaps.min() > gaps.max() / 3


def test_years_are_round_even_where_no_sample_is():
    values, texts = step_ticks(steps(300, 3), [str(1699 + step) for step in steps(300, 3)])
    assert texts[0] == "1702"
    assert texts[-1] == "1999"
    assert "1850" in texts
    assert values[texts.index("1850")] == 151


def test_padding_is_not_a_year():
    labels = ["1700", "1701", "1702", "·", "·"]
    assert step_ticks(steps(5), labels) == ([1, 2, 3], ["1700", "1701", "1702"])


def test_characters_are_all_named_until_they_would_touch():
    values, texts = step_ticks(steps(4), ["안", "녕", "␣", "·"])
    assert (values, texts) == ([1, 2, 3, 4], ["안", "녕", "␣", "·"])
    values, texts = step_ticks(steps(200), list("ab" * 100))
    assert len(values) == 36
    assert (values[0], values[-1]) == (1, 200)
    assert texts == [("ab" * 100)[value - 1] for value in values]


FRAMES = [(64, 8000, 6), (1, 8000, 5), (64, 44100, 6), (8, 44100, 5), (512, 48000, 6)]
CHOSEN = [((64, 8000, 6), 2), ((1, 8000, 5), 5), ((64, 44100, 6), 32), ((8, 44100, 5), 110), ((512, 48000, 6), 330)]


@pytest.mark.parametrize(("sound", "count"), few(product(FRAMES, [2, 5, 32, 110, 126, 330]), CHOSEN))
def test_times_find_room(sound, count):
    frame, rate, most = sound
    labels = frame_times(frame, count, rate)
    values, texts = step_ticks(steps(count), labels)
    assert texts == [labels[value - 1] for value in values]
    assert (values[0], values[-1]) == (1, count)
    assert min(count, 4) <= len(values) <= most
    assert count < 32 or len(set(np.diff(values[:-1]))) == 1


def test_shuffled_numbers_are_labels_like_any_other():
    labels = [str(number) for number in np.random.default_rng(0).permutation(np.arange(101, 201))]
    values, texts = step_ticks(steps(100), labels)
    assert texts == [labels[value - 1] for value in values]
    assert 8 <= len(values) <= 16


def test_a_character_of_many_code_points_is_one():
    flags = ["\U0001f1e9\U0001f1ea"] * 40
    assert step_ticks(steps(40), flags)[1] == flags


def test_only_padding():
    assert step_ticks(steps(2), ["·", "·"]) == ([1, 2], ["·", "·"])


def test_the_scale_goes_on_at_both_ends():
    values, texts = scale_ticks(-4, 4)
    assert values == [-4, -2, 0, 2, 4]
    assert texts == ["≤ 10<sup>−4</sup>", "10<sup>−2</sup>", "1", "10<sup>2</sup>", "≥ 10<sup>4</sup>"]


def test_whole_numbers_are_marked_at_round_distances():
    distances = {0: 1, 1: 1, 8: 1, 9: 2, 31: 5, 255: 50, 4095: 1000}
    assert {last: whole_ticks(last, 8) for last in distances} == {
        last: {"tick0": 0, "dtick": distance} for last, distance in distances.items()
    }
