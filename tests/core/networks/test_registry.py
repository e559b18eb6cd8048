"""The rows of the models: as many gates as blocks in PyTorch's weights, the output as the first state."""

from unrolled.core.networks.registry import ACTIVATED, DIRECT, EVERY_MODEL, MODELS, RECURRENT


def test_gates_and_states_are_those_of_pytorch():
    assert {name: (row.gates, row.states) for name, row in MODELS.items()} == {
        "rnn": (("h",), ("h",)),
        "lstm": (("i", "f", "g", "o"), ("h", "c")),
        "gru": (("r", "z", "n"), ("h",)),
    }
    assert {name: row.keeps for name, row in MODELS.items()} == {"rnn": "", "lstm": "f", "gru": "z"}


def test_a_model_is_recurrent_or_direct():
    assert list(EVERY_MODEL) == [*MODELS, *DIRECT]
    assert MODELS.keys() == RECURRENT
    assert RECURRENT.isdisjoint(DIRECT)
    assert ACTIVATED == ("rnn", "mlp", "window")


def test_every_row_explains_itself():
    for name, row in EVERY_MODEL.items():
        assert row.name == name
        assert all((row.label, row.formula, row.jacobian, row.source))
        assert row.note.endswith(".")
