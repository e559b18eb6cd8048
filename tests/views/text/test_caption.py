"""The line above a figure: what is set, and nothing that is as it always is."""

from unrolled.query.query import Query
from unrolled.views.text.caption import OWN_RECORDING, caption, line


def parts(*, own_recording=False, **fields):
    query = Query.build(fields)
    return caption({name: query.text_of(name) for name in Query.names()}, own_recording=own_recording)


def test_the_caption_names_the_model_and_what_is_not_as_always():
    assert line(parts(model="lstm", layers=2, chrono=64, of="c", layer=1)) == (
        "LSTM · 2 layers · T 32 · H 16 · PyTorch default · gain 1 · chrono 64 · white noise · seed 0 · ∂c/∂h · layer 1"
    )
    assert line(parts()) == "vanilla RNN · tanh · T 32 · H 16 · PyTorch default · gain 1 · white noise · seed 0"


def test_the_caption_has_an_order_of_its_own():
    attention = parts(model="attention", key=3, positions="sinusoidal", amplitude=2, order="reversed", norm="frobenius")
    assert line(attention) == (
        "causal attention · T 32 · H 16 · PyTorch default · gain 1 · d_k 3 · sinusoidal positions · white noise · "
        "reversed · seed 0 · ∂o/∂x · Frobenius norm"
    )


def test_how_far_back_is_named_where_it_counts():
    assert {"field": "window", "text": "K 8"} in parts(model="window", window=8)
    assert {"field": "window", "text": "K 8"} in parts(truncation="sliding", window=8)
    assert not any(part["field"] == "window" for part in parts(window=8))


def test_an_own_recording_is_named_in_place_of_the_bundled_one():
    assert {"field": "input", "text": OWN_RECORDING} in parts(input="sound", own_recording=True)


def test_what_a_reader_shall_find_is_hidden():
    assert line(parts(), {"gain", "seed"}) == "vanilla RNN · tanh · T 32 · H 16 · PyTorch default · white noise"
    assert line(parts(), {"controls"}) == ""
