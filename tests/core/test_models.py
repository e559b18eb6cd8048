"""The rows of the models: as many gates as blocks in PyTorch's weights, the output as the first state."""

from tests.models import DIRECT, RECURRENT
from unrolled.core.models import MODELS


def test_gates_and_states_are_those_of_pytorch():
    assert {name: (row.gates, row.states) for name, row in RECURRENT.items()} == {
        "rnn": (("h",), ("h",)),
        "lstm": (("i", "f", "g", "o"), ("h", "c")),
        "gru": (("r", "z", "n"), ("h",)),
        "mingru": (("z", "h"), ("h",)),
    }
    assert {name: row.keeps for name, row in RECURRENT.items()} == {"rnn": "", "lstm": "f", "gru": "z", "mingru": "z"}


def test_a_model_is_recurrent_or_direct():
    assert list(MODELS) == [*RECURRENT, *DIRECT]
    assert {name for name, row in MODELS.items() if "activation" in row.reads} == {"rnn", "mlp", "window"}


def test_every_row_explains_itself():
    for name, row in MODELS.items():
        assert row.name == name
        assert all((row.label, row.formula, row.jacobian, row.source, row.work))
        assert row.note.endswith(".")


def test_no_two_curves_are_drawn_alike():
    assert len({row.line["color"] for row in MODELS.values()}) == len(MODELS)
