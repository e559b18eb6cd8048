"""Sentences that keep their values."""

import copy
import pickle

from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, number, pace, percent, power
from unrolled.web.http.responses import to_json


def test_a_sentence_keeps_the_values_that_it_prints():
    sentence = say("{rate} over {steps}.", rate=pace(-0.25), steps=counted(5, "step"), size=power(-3.0))
    assert sentence == "× 0.56 per step over 5 steps."
    assert sentence.values == {"rate": -0.25, "steps": 5}
    assert say("{count:,} of {label}.", count=1234, label="tanh").values == {"count": 1234, "label": "tanh"}


def test_every_written_number_is_a_text_with_its_value():
    for written, value in ((power(-2.0), -2.0), (pace(0.0), 0.0), (number(0.25), 0.25), (percent(0.999), 0.999)):
        assert isinstance(written, Text)
        assert written.value == value


def test_sentences_one_after_the_other_keep_all_their_values():
    message = joined(say("{a}.", a=counted(1, "step")), "", "As it is.", say("{a} {b}", a=2, b=3))
    assert message == "1 step. As it is. 2 3"
    assert message.values == {"a": 1, "b": 3}


def test_they_are_copied_with_their_values_and_written_as_text():
    message = say("{size}", size=power(-2.0))
    for other in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert isinstance(other, Message)
        assert (other, other.values) == (message, {"size": -2.0})
    assert pickle.loads(pickle.dumps(power(-2.0))).value == -2.0
    assert (
        to_json({"sentence": message, "size": power(-2.0)})
        == b'{"sentence":"10^\xe2\x88\x922","size":"10^\xe2\x88\x922"}'
    )
