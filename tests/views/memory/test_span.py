"""How many steps, lags and rows are looked at."""

from tests.views.answers import experiment, own
from unrolled.core.behaviour.blocks import Split
from unrolled.views.memory.span import Span, driven_steps, lags_of, needed_steps, wanted_steps


def test_lags_reach_past_the_window_as_far_as_can_be_read():
    lags = [lags_of(experiment(window=window)) for window in (1, 16, 17, 40, 56, 57, 500)]
    assert lags == [24, 24, 25, 48, 64, 64, 64]
    # Of wide inputs fewer are read at once.
    assert lags_of(experiment(input="sound", features="samples", frame=128)) == 1024 // 128


def test_as_many_steps_as_are_wanted_and_no_more():
    assert [wanted_steps(experiment(length=length)) for length in (9, 600, 601, 2000, 2001)] == [
        600,
        600,
        601,
        2000,
        2000,
    ]
    assert [wanted_steps(experiment(hidden=hidden)) for hidden in (16, 150, 151, 256)] == [600, 600, 604, 1024]
    # One's own inputs are as long as they are.
    assert wanted_steps(own([[0.5]], length=7)) == 7
    assert [needed_steps(experiment(hidden=hidden)) for hidden in (1, 9, 10)] == [30, 30, 33]


def test_independent_inputs_are_as_many_as_it_takes_however_short_the_sequence_is():
    assert driven_steps(own([[0.5]], length=7)) == 100 + 24 + 600
    assert driven_steps(experiment(hidden=256, window=57)) == 100 + 64 + 1024


def test_washout_and_gap_are_a_part_of_what_there_is():
    assert Span(600, 48, 24, 724).order == Split(60, 343, 24, 172)
    assert Span(2000, 48, 24, 724).order == Split(100, 1250, 24, 625)
    assert Span(30, 30, 24, 724).order == Split(3, 16, 1, 9)
    assert Span(1, 1, 24, 724).order.tested == 0
    assert Span(600, 48, 24, 724).memory == Split(100, 400, 24, 200)
