"""Memory of independent inputs."""

import numpy as np
import pytest

from tests.views.answers import experiment, own
from tests.views.memory.answers import models
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo
from unrolled.views.memory.capacity import Capacity, capacity, drive_of
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.span import in_order, span_of

MEMO = Memo(2**26)


def test_inputs_are_drawn_from_the_sequence_and_depend_on_nothing_but_it():
    text = experiment(input="text", text="abcab" * 12, hidden=4)
    drive = drive_of(text, MEMO, span_of(text, MEMO))
    assert len(drive) == 100 + 24 + 600
    np.testing.assert_array_equal(drive.sum(axis=1), 1)
    np.testing.assert_allclose(drive.mean(axis=0), [0.4, 0.4, 0.2], atol=0.07)
    sine = experiment(input="sine", hidden=4)
    other = drive_of(sine, MEMO, span_of(sine, MEMO))
    assert abs(np.corrcoef(other[1:, 0], other[:-1, 0])[0, 1]) < 0.1
    assert other.std() == pytest.approx(np.sqrt(0.5), rel=0.05)
    np.testing.assert_array_equal(other, drive_of(sine.changed(order="shuffled"), MEMO, span_of(sine, MEMO)))


def test_a_reach_is_told_as_far_as_the_error_bars_tell():
    def reach(values, errors):
        return Capacity(Estimates(np.array(values), np.array(errors)), 0.0, 0.0).reach

    assert reach([1.0, 0.8, 0.6, 0.3], [0.0, 0.0, 0.01, 0.01]) == (2, 2)
    assert reach([1.0, 0.8, 0.6, 0.3], [0.0, 0.0, 0.06, 0.01]) == (1, 2)
    assert reach([1.0, 0.8, 0.6, 0.3], [0.0, 0.0, 0.06, 0.2]) == (1, 3)
    assert reach([0.3, 0.8], [0.01, 0.01]) == (-1, -1)
    assert reach([0.45, 0.1], [0.05, 0.01]) == (-1, 0)


def test_a_state_that_overflows_under_them_is_not_measured():
    network = own([[30.0]], length=40)
    span = span_of(network, MEMO)
    forward = run(in_order(network, span.steps), MEMO)
    measured = capacity(forward, np.ones((span.driven, 1)), span, network.initial)
    assert measured.missing == "overflow"
    assert np.isnan([measured.total, measured.error]).all()


def test_one_event_has_no_error_and_is_not_told_as_memory():
    for model in models(input="impulse").values():
        assert model["capacity"] is model["reach"] is None
        assert set(model["memory_error"]) == {None}


def test_a_window_of_too_many_numbers_and_inputs_that_stand_still_are_not_measured():
    wide = models(input="sound", features="samples", frame=64)["window"]
    still = models(input="constant")["rnn"]
    for model in (wide, still):
        assert model["capacity"] is model["capacity_error"] is model["reach"] is None
        assert set(model["memory"]) == {None}
