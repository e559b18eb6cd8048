"""What a network is to learn, and the check of the gradient of its loss."""

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.loss import gradient_check, is_text, layer_number, loss_notes, loss_of, targets_of
from unrolled.experiment.run import run
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo


def test_the_gradient_agrees_with_the_loss_for_numbers_and_text():
    memo = Memo(2**24)
    for fields in ({"model": "gru", "layers": 2, "layer": 1}, {"input": "text", "text": "abcab", "loss": "last"}):
        experiment = Experiment(Query.build({"length": 5, "hidden": 3, **fields}))
        assert gradient_check(experiment, memo).passed
        assert gradient_check(experiment, memo) is gradient_check(experiment, memo)
        assert loss_of(experiment, memo).layer == layer_number(experiment)


def test_notes_name_the_measure():
    memo = Memo(2**24)
    for fields, measure in (({}, "mean squared error"), ({"input": "text", "text": "abc"}, "cross-entropy in nats")):
        experiment = Experiment(Query.build({"length": 3, "hidden": 2, **fields}))
        assert is_text(experiment) == ("input" in fields)
        assert loss_notes(experiment, memo, loss_of(experiment, memo))[-1] == (
            f"L_t is the {measure} of the next value, foretold by an untrained readout: o_t = W_ho h_t + b_ho."
        )


def test_own_inputs_are_numbers_whatever_the_input_of_the_query():
    own = Experiment.of_arrays({"input": "text", "hidden": 2}, None, [[1.0, 2.0], [3.0, 4.0]])
    assert not is_text(own)
    values = targets_of(own, run(own, Memo(2**20)))
    assert any(
        np.array_equal(np.atleast_2d(part)[0], [3.0, 4.0])
        for part in vars(values).values()
        if isinstance(part, np.ndarray)
    )
