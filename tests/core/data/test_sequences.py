"""The sequences: their laws, their labels, and what is said when they are cut, padded or scaled."""

import numpy as np
import pytest

from unrolled.core.data.audio import audio_width, recording
from unrolled.core.data.sequences import PAD, SEQUENCES, make_sequence
from unrolled.core.data.sunspots import FIRST_YEAR, SUNSPOTS

TEXT = tuple("a gate opens")
SERIES = (3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0)


def made(kind: str, length: int, **more):
    rng = np.random.default_rng(7)
    return make_sequence(kind, length, rng=rng, characters=TEXT, series=SERIES, **more)


@pytest.mark.parametrize("kind", SEQUENCES)
def test_a_longer_sequence_begins_with_the_shorter_one(kind):
    short, long = made(kind, 5), made(kind, 400)
    np.testing.assert_array_equal(short.inputs, long.inputs[:5])
    assert short.labels == long.labels[:5]
    assert long.inputs.shape[0] == len(long.labels) == 400


@pytest.mark.parametrize("kind", SEQUENCES)
def test_the_amplitude_multiplies_the_input(kind):
    np.testing.assert_allclose(made(kind, 9, amplitude=2.5).inputs, 2.5 * made(kind, 9).inputs)


def test_drawn_sequences_follow_their_law():
    assert made("noise", 4000).inputs.std() == pytest.approx(1, rel=0.05)
    np.testing.assert_array_equal(made("constant", 4).inputs[:, 0], 1)
    np.testing.assert_array_equal(made("impulse", 4).inputs[:, 0], [1, 0, 0, 0])
    np.testing.assert_allclose(np.diff(made("walk", 50).inputs[:, 0]), made("noise", 50).inputs[1:, 0])
    sine = made("sine", 64).inputs[:, 0]
    np.testing.assert_allclose(sine[16:], sine[:-16], atol=1e-12)
    assert sine.max() == pytest.approx(1)


def test_text_is_one_hot_over_the_characters_of_the_whole_text():
    part = made("text", 3)
    assert part.inputs.shape == (3, len(set(TEXT)))
    np.testing.assert_array_equal(part.inputs.sum(axis=1), 1)
    alphabet = sorted(set(TEXT))
    assert [alphabet[column] for column in part.inputs.argmax(axis=1)] == list(TEXT[:3]) == list(part.labels)


def test_a_series_is_standardised_over_the_whole_of_it_and_says_so():
    whole = made("series", len(SERIES))
    assert whole.inputs.mean() == pytest.approx(0, abs=1e-12)
    assert whole.inputs.std() == pytest.approx(1)
    assert "3.875 becomes 0" in whole.notes[0]


@pytest.mark.parametrize(("value", "expected"), [(5.0, 0.0), (0.0, 0.0)])
def test_a_constant_series_becomes_zero_and_says_so(value, expected):
    flat = make_sequence("series", 3, rng=np.random.default_rng(0), series=(value,) * 3)
    np.testing.assert_array_equal(flat.inputs, expected)
    assert "all equal" in flat.notes[0]


def test_enormous_numbers_are_standardised_without_overflow():
    wide = make_sequence("series", 3, rng=np.random.default_rng(0), series=(1e308, -1e308, 5e307))
    assert np.isfinite(wide.inputs).all()
    assert wide.inputs.std() == pytest.approx(1)


def test_cutting_and_padding_are_said():
    assert any("first 3 are used" in note for note in made("text", 3).notes)
    padded = made("text", 15)
    assert padded.labels[12:] == (PAD,) * 3
    np.testing.assert_array_equal(padded.inputs[12:], 0)
    assert any("other 3 steps get no input" in note for note in padded.notes)
    assert made("text", 12).notes == ()


def test_the_bundled_series_is_the_yearly_sunspot_number():
    assert (FIRST_YEAR, len(SUNSPOTS)) == (1700, 309)
    years = dict(enumerate(SUNSPOTS, start=FIRST_YEAR))
    # Published extremes: the high of cycle 19 and the empty years of the Dalton minimum.
    assert years[1957] == pytest.approx(190.2)
    assert max(years, key=years.__getitem__) == 1957
    assert years[1810] == 0
    assert made("sunspots", 3).labels == ("1700", "1701", "1702")
    assert any("NOAA" in note and "public domain" in note for note in made("sunspots", 3).notes)


def test_a_sound_is_frames_of_its_samples_at_their_times():
    heard = made("sound", 3, frame=64, features="samples")
    assert heard.inputs.shape == (3, 64)
    whole = made("sound", 330, frame=64, features="samples").inputs
    assert (whole.mean(), whole.std()) == pytest.approx((0, 1), abs=1e-9)
    # One scale for all samples: the frames, put together, are the recording.
    assert np.corrcoef(whole.ravel(), recording())[0, 1] == pytest.approx(1)
    assert heard.labels == ("0.000 s", "0.008 s", "0.016 s")


def test_a_sound_is_the_loudness_of_its_bands_each_standardised():
    whole = made("sound", 330, frame=64, features="bands").inputs
    assert whole.shape == (330, 16)
    np.testing.assert_allclose(whole.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(whole.std(axis=0), 1)
    energy = np.square(recording().reshape(330, 64)).sum(axis=1)
    assert np.corrcoef(whole.mean(axis=1), np.log10(energy))[0, 1] > 0.8


def test_a_sound_says_what_was_heard_and_whose_it_is():
    notes = made("sound", 32, frame=64).notes
    assert notes[0].startswith("Each step is 64 of the recording's 8000 samples a second, heard as the loudness of 16")
    assert "LibriVox" in notes[1]
    assert "public domain" in notes[1]
    assert notes[2] == "The recording has 330 frames; the first 32 are used, one for each step."
    assert made("sound", 400, frame=64).labels[330:] == (PAD,) * 70


@pytest.mark.parametrize("features", ["bands", "samples"])
@pytest.mark.parametrize("frame", [1, 2, 3, 5, 33, 512])
def test_a_frame_of_any_size_can_be_heard(frame, features):
    heard = made("sound", 4, frame=frame, features=features)
    assert heard.inputs.shape == (4, audio_width(frame, features))
    assert np.isfinite(heard.inputs).all()


@pytest.mark.parametrize(("kind", "length", "padding"), [("noise", 5, 0), ("text", 12, 0), ("text", 15, 3)])
def test_padding_is_counted(kind, length, padding):
    assert (made(kind, length).padding, made(kind, length).data_length) == (padding, length - padding)
