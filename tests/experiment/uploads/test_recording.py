"""The query beside a recording: it is sound, and as long as it is unless it is cut."""

import numpy as np
import pytest

from tests.experiment.uploads.wavs import chunk, layout, riff, written
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.recording import recorded_query
from unrolled.experiment.uploads.wav import read_wav


def recording(count):
    """Make a recording of so many samples."""
    return read_wav(riff(layout(bits=8), chunk(b"data", bytes([130]) * count)), 10**7)


def faults(values, sound, refused=()):
    """Give the faults of a query by field."""
    with pytest.raises(InvalidInput) as caught:
        recorded_query(values, sound, refused)
    return {fault.field: fault.message for fault in caught.value.errors}


def test_the_length_is_the_number_of_whole_frames_unless_given():
    query = recorded_query({"frame": "20"}, recording(50))
    assert (query.input, query.frame, query.length) == ("sound", 20, 2)
    assert recorded_query({"frame": "20", "length": "9"}, recording(50)).length == 9
    assert recorded_query({"frame": "4"}, read_wav(written(np.zeros(50)), 1000)).length == 12


def test_what_a_recording_contradicts():
    assert faults({"input": "noise"}, recording(100)) == {
        "input": "input is “noise”, but the body is a recording: leave input out or give sound."
    }
    assert faults({"frame": "2"}, recording(1)) == {
        "frame": "frame is 2, but the recording has one sample: lower frame to 1."
    }
    assert faults({}, recording(3)) == {"frame": "frame is 64, but the recording has three samples: lower frame to 3."}
    long = faults({"frame": "1"}, recording(65_537))["length"]
    assert long == (
        "The recording has 65537 frames of one sample, and length is left out; at most 65536 steps are taken: give a "
        "length, which cuts the recording, or raise frame."
    )
    assert "frames of two samples, and" in faults({"frame": "2"}, recording(140_000))["length"]


def test_every_fault_is_listed_and_none_that_rests_on_another():
    messages = faults({"frame": "x", "t": "9", "gain": "y"}, recording(50), [FieldError("body", "Broken.")])
    assert messages.keys() == {"body", "frame", "gain"}
    assert faults({"t": "9"}, None, [FieldError("body", "Broken.")]).keys() == {"body"}
    assert faults({f"q{index}": "1" for index in range(1001)}, None).keys() == {"query"}
