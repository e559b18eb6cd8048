"""The sequences: their laws, their labels, their order, and what is said when they are cut, padded or scaled."""

from itertools import product as cases

import numpy as np
import pytest

from tests.cases import few
from tests.core.data.recordings import RNG, sixteen
from unrolled.core.data.audio import audio_width, recording
from unrolled.core.data.sequences import PAD, SEQUENCES, make_sequence, permute

TEXT = tuple("a gate opens")
SERIES = (3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0)


def sequence_of(kind: str, length: int, **more):
    rng = np.random.default_rng(7)
    return make_sequence(kind, length, rng=rng, characters=TEXT, series=SERIES, **more)


@pytest.mark.parametrize("kind", SEQUENCES)
def test_a_longer_sequence_begins_with_the_shorter_one(kind):
    short, long = sequence_of(kind, 5), sequence_of(kind, 400)
    np.testing.assert_array_equal(short.inputs, long.inputs[:5])
    assert short.labels == long.labels[:5]
    assert long.inputs.shape[0] == len(long.labels) == 400


@pytest.mark.parametrize("kind", SEQUENCES)
def test_the_amplitude_multiplies_the_input(kind):
    np.testing.assert_allclose(sequence_of(kind, 9, amplitude=2.5).inputs, 2.5 * sequence_of(kind, 9).inputs)


def test_drawn_sequences_follow_their_law():
    assert sequence_of("noise", 4000).inputs.std() == pytest.approx(1, rel=0.05)
    np.testing.assert_array_equal(sequence_of("constant", 4).inputs[:, 0], 1)
    np.testing.assert_array_equal(sequence_of("impulse", 4).inputs[:, 0], [1, 0, 0, 0])
    np.testing.assert_allclose(np.diff(sequence_of("walk", 50).inputs[:, 0]), sequence_of("noise", 50).inputs[1:, 0])
    sine = sequence_of("sine", 64).inputs[:, 0]
    np.testing.assert_allclose(sine[16:], sine[:-16], atol=1e-12)
    assert sine.max() == pytest.approx(1)


def test_text_is_one_hot_over_the_characters_of_the_whole_text():
    part = sequence_of("text", 3)
    assert part.inputs.shape == (3, len(set(TEXT)))
    np.testing.assert_array_equal(part.inputs.sum(axis=1), 1)
    alphabet = sorted(set(TEXT))
    assert [alphabet[column] for column in part.inputs.argmax(axis=1)] == list(TEXT[:3]) == list(part.labels)


def test_a_series_is_standardised_over_the_whole_of_it_and_says_so():
    series = sequence_of("series", len(SERIES))
    assert series.inputs.mean() == pytest.approx(0, abs=1e-12)
    assert series.inputs.std() == pytest.approx(1)
    assert "3.875 becomes 0" in series.notes[0]


@pytest.mark.parametrize(("value", "expected"), [(5.0, 0.0), (0.0, 0.0)])
def test_a_constant_series_becomes_zero_and_says_so(value, expected):
    flat = make_sequence("series", 3, rng=np.random.default_rng(0), series=(value,) * 3)
    np.testing.assert_array_equal(flat.inputs, expected)
    assert "all equal" in flat.notes[0]


def test_enormous_numbers_are_standardised_without_overflow():
    wide = make_sequence("series", 3, rng=np.random.default_rng(0), series=(1e308, -1e308, 5e307))
    assert np.isfinite(wide.inputs).all()
    assert wide.inputs.std() == pytest.approx(1)


def test_cutting_and_padding_have_notes():
    assert any("first 3 are used" in note for note in sequence_of("text", 3).notes)
    padded = sequence_of("text", 15)
    assert padded.labels[12:] == (PAD,) * 3
    np.testing.assert_array_equal(padded.inputs[12:], 0)
    assert any("other 3 steps get no input" in note for note in padded.notes)
    assert sequence_of("text", 12).notes == ()


def test_the_sunspots_have_their_years_and_their_source():
    sunspots = sequence_of("sunspots", 3)
    assert sunspots.labels == ("1700", "1701", "1702")
    assert any("NOAA" in note and "public domain" in note for note in sunspots.notes)


def test_a_sound_is_frames_of_its_samples_at_their_times():
    sound = sequence_of("sound", 3, frame=64, features="samples")
    assert sound.inputs.shape == (3, 64)
    all_frames = sequence_of("sound", 330, frame=64, features="samples").inputs
    assert (all_frames.mean(), all_frames.std()) == pytest.approx((0, 1), abs=1e-9)
    # One scale for all samples: the frames, put together, are the recording.
    assert np.corrcoef(all_frames.ravel(), recording())[0, 1] == pytest.approx(1)
    assert sound.labels == ("0.000 s", "0.008 s", "0.016 s")


def test_a_sound_is_the_loudness_of_its_bands_each_standardised():
    bands = sequence_of("sound", 330, frame=64, features="bands").inputs
    assert bands.shape == (330, 16)
    np.testing.assert_allclose(bands.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(bands.std(axis=0), 1)
    energy = np.square(recording().reshape(330, 64)).sum(axis=1)
    assert np.corrcoef(bands.mean(axis=1), np.log10(energy))[0, 1] > 0.8


def test_the_notes_of_a_sound_name_its_content_and_its_source():
    notes = sequence_of("sound", 32, frame=64).notes
    assert notes[0].startswith("Each step is 64 of the recording's 8000 samples a second, heard as the loudness of 16")
    assert "LibriVox" in notes[1]
    assert "public domain" in notes[1]
    assert notes[2] == "The recording has 330 frames; the first 32 are used, one for each step."
    assert sequence_of("sound", 400, frame=64).labels[330:] == (PAD,) * 70


SOME = [(1, "bands"), (1, "samples"), (3, "bands"), (33, "bands"), (512, "samples")]


@pytest.mark.parametrize(("frame", "features"), few(cases([1, 2, 3, 5, 33, 512], ["bands", "samples"]), SOME))
def test_a_frame_of_any_size_has_finite_features(frame, features):
    sound = sequence_of("sound", 4, frame=frame, features=features)
    assert sound.inputs.shape == (4, audio_width(frame, features))
    assert np.isfinite(sound.inputs).all()


@pytest.mark.parametrize(("kind", "length", "padding"), [("noise", 5, 0), ("text", 12, 0), ("text", 15, 3)])
def test_padding_is_counted(kind, length, padding):
    assert (sequence_of(kind, length).padding, sequence_of(kind, length).data_length) == (padding, length - padding)


def test_a_recording_is_cut_padded_and_keeps_its_seconds():
    own = sixteen(0.1 * RNG.standard_normal(44100), 44100)
    short = make_sequence("sound", 5, rng=RNG, recording=own)
    assert short.labels == ("0.0000 s", "0.0015 s", "0.0029 s", "0.0044 s", "0.0058 s")
    assert short.notes[-1] == "The recording has 689 frames; the first 5 are used, one for each step."
    assert short.inputs.base is None
    long = make_sequence("sound", 700, rng=RNG, recording=own)
    assert (long.padding, long.labels[689:]) == (11, (PAD,) * 11)
    np.testing.assert_array_equal(long.inputs[:5], short.inputs)


def letters(length=12):
    return make_sequence("text", length, rng=np.random.default_rng(3), characters=tuple("abcdefghijkl"))


def ordered(sequence, order, seed=0):
    return permute(sequence, order, np.random.default_rng(seed))


def test_the_original_is_left_as_it_is():
    sequence = letters()
    assert ordered(sequence, "original") is sequence


def test_backwards_is_the_last_first():
    reordered = ordered(letters(), "reversed")
    assert "".join(reordered.labels) == "lkjihgfedcba"
    np.testing.assert_array_equal(reordered.inputs, letters().inputs[::-1])
    assert reordered.notes[-1] == "The 12 steps are fed backwards, the last one first."


def test_shuffled_is_another_order_of_the_same_steps():
    reordered = ordered(letters(), "shuffled")
    assert sorted(reordered.labels) == sorted(letters().labels)
    assert reordered.labels != letters().labels
    # Each label still stands over its own row: text is one-hot.
    assert ["abcdefghijkl"[place] for place in reordered.inputs.argmax(axis=1)] == list(reordered.labels)
    assert reordered.notes[-1] == "The 12 steps are fed in a random order, drawn from the seed."


def test_the_seed_draws_the_order():
    assert ordered(letters(), "shuffled", 1).labels == ordered(letters(), "shuffled", 1).labels
    assert ordered(letters(), "shuffled", 1).labels != ordered(letters(), "shuffled", 2).labels


@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_padding_stays_at_the_end(order):
    reordered = ordered(letters(15), order)
    assert reordered.labels[12:] == (PAD,) * 3
    assert PAD not in reordered.labels[:12]
    np.testing.assert_array_equal(reordered.inputs[12:], 0)
    assert reordered.padding == 3
    assert reordered.notes[-1].endswith("The padding stays at the end.")


def test_a_dot_of_a_text_is_no_padding():
    sequence = make_sequence("text", 4, rng=np.random.default_rng(0), characters=("a", "b", "c", PAD))
    assert ordered(sequence, "reversed").labels == (PAD, "c", "b", "a")
