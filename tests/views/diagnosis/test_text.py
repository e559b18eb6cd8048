"""What the diagnosis says."""

from tests.views.asking import answer, own


def test_truncation_cannot_cut_what_is_kept():
    found = answer("diagnosis", own([[1.0]], length=6))["truncation"]
    assert found["steps"] == 6
    assert found["sentence"].startswith("Truncation would cut into what counts")


def test_what_is_said_agrees_in_number():
    said = answer("diagnosis", length=40, hidden=6, model="gru")["cause"]
    assert "what the matrices do gives " in said
    assert "the gate that keeps the past takes " in said
    vanilla = answer("diagnosis", own([[0.5]], length=9, activation="sigmoid"))["cause"]
    assert "the slope of the activation takes " in vanilla


def test_a_memory_of_nothing_is_said_in_words():
    said = answer("diagnosis", own([[1e-9]], length=9))["sentence"]
    assert said.endswith("No step remembers even the one before it.")
