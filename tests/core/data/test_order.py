"""The order of the steps: rows and labels move together, padding stays."""

import numpy as np
import pytest

from unrolled.core.data.sequences import PAD, make_sequence, permute


def made(length=12, kind="text"):
    return make_sequence(kind, length, rng=np.random.default_rng(3), characters=tuple("abcdefghijkl"))


def put(sequence, order, seed=0):
    return permute(sequence, order, np.random.default_rng(seed))


def test_the_original_is_left_as_it_is():
    sequence = made()
    assert put(sequence, "original") is sequence


def test_backwards_is_the_last_first():
    found = put(made(), "reversed")
    assert "".join(found.labels) == "lkjihgfedcba"
    np.testing.assert_array_equal(found.inputs, made().inputs[::-1])
    assert found.notes[-1] == "The 12 steps are fed backwards, the last one first."


def test_shuffled_is_another_order_of_the_same_steps():
    found = put(made(), "shuffled")
    assert sorted(found.labels) == sorted(made().labels)
    assert found.labels != made().labels
    # Each label still stands over its own row: text is one-hot.
    assert ["abcdefghijkl"[place] for place in found.inputs.argmax(axis=1)] == list(found.labels)
    assert found.notes[-1] == "The 12 steps are fed in a random order, drawn from the seed."


def test_the_seed_draws_the_order():
    assert put(made(), "shuffled", 1).labels == put(made(), "shuffled", 1).labels
    assert put(made(), "shuffled", 1).labels != put(made(), "shuffled", 2).labels


@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_padding_stays_at_the_end(order):
    found = put(made(15), order)
    assert found.labels[12:] == (PAD,) * 3
    assert PAD not in found.labels[:12]
    np.testing.assert_array_equal(found.inputs[12:], 0)
    assert found.padding == 3
    assert found.notes[-1].endswith("The padding stays at the end.")


def test_a_dot_of_a_text_is_no_padding():
    sequence = make_sequence("text", 4, rng=np.random.default_rng(0), characters=("a", "b", "c", PAD))
    assert put(sequence, "reversed").labels == (PAD, "c", "b", "a")
