"""What can be asked of a model follows from what it carries."""

import pytest

from unrolled.core.models import MODELS


@pytest.mark.parametrize(
    ("name", "of", "wrt"),
    [
        ("gru", ("h", "s", "o"), ("h", "s", "x")),
        ("lstm", ("h", "c", "s", "o"), ("h", "c", "s", "x")),
        ("attention", ("o",), ("x",)),
    ],
)
def test_a_model_without_a_state_is_asked_for_outputs_and_inputs_alone(name, of, wrt):
    assert (MODELS[name].of, MODELS[name].wrt) == (of, wrt)


def test_a_row_reads_what_its_cell_has():
    assert MODELS["rnn"].reads == {"activation", "layers", "gain"}
    assert MODELS["gru"].reads == {"reset", "layers", "gain", "forget_bias", "chrono"}
    assert MODELS["attention"].reads == {"key", "positions", "gain"}
