"""What a shared link says of itself."""

from unrolled.query.query import Query
from unrolled.views.text.titles import description_of, name_of, setting_of, title_of


def test_titles_follow_the_query():
    query = Query(activation="leaky_relu", length=1, gain=1.5, seed=3, hidden=1)
    assert title_of(query) == "leaky ReLU RNN, 1 step"
    assert setting_of(query) == ("1 hidden unit", "PyTorch default", "gain 1.5", "white noise", "seed 3")
    assert title_of(Query()) == "tanh RNN, 32 steps"
    assert title_of(Query(layers=2)) == "tanh RNN of 2 layers, 32 steps"
    assert title_of(Query(model="gru")) == "GRU, 32 steps"
    assert title_of(Query(model="lstm", layers=3)) == "LSTM of 3 layers, 32 steps"


def test_a_name_states_the_inputs_of_a_window_and_the_truncation():
    assert name_of(Query.build({"model": "window", "window": 1})) == "MLP over 1 input"
    assert name_of(Query.build({"model": "attention"})) == "causal attention"
    assert name_of(Query(model="lstm", truncation="sliding", window=8)) == "LSTM, sliding truncation at 8"


def test_a_description_begins_with_the_title():
    assert description_of(Query(), "Gradients fade by 10^−0.2 a step.") == (
        "tanh RNN, 32 steps: gradients fade by 10^−0.2 a step. 16 hidden units, PyTorch default, white noise, seed 0."
    )
