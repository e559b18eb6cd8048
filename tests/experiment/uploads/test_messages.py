"""How shapes and numbers are written inside messages, and not more faults than a person reads."""

from unrolled.core.models import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import (
    Plural,
    fault,
    first_faults,
    number_text,
    row_text,
    shape_text,
    too_many_names,
)


def test_values_inside_messages():
    assert [shape_text(shape) for shape in ((2, 3), (2,), ())] == ["(2, 3)", "(2,)", "()"]
    assert [row_text(model) for model in ("rnn", "lstm", "gru")] == ["H", "4H", "3H"]
    assert [number_text(number) for number in (1, 4, 5)] == ["one", "four", "5"]
    assert [MODELS[model].words.named for model in ("rnn", "lstm", "gru")] == ["an rnn", "an lstm", "a gru"]
    assert [Plural("one", "other").of(count) for count in (0, 1, 2)] == ["other", "one", "other"]


def test_a_fault_is_filled_in_and_its_values_are_not():
    assert fault("a", "{path} is {value}.", (1,), value="{path}") == FieldError("a", "a is {path}.", (1,))


def test_a_crowd_is_refused_and_faults_beyond_what_a_person_reads_are_counted():
    assert too_many_names(range(1000), "body") == []
    assert too_many_names(range(1001), "body")[0].message == "body has 1001 names; at most 1000 are taken."
    faults = [fault("a", "A.")] * 45
    assert first_faults(faults[:40]) == faults[:40]
    assert first_faults(faults)[40].message == "There are 5 more faults, which are told when these are mended."
