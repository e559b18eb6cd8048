"""What a network costs, counted by hand and by formula."""

import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.flops import parameter_count, training_flops
from unrolled.query.query import Query


def test_parameters_and_operations_by_hand() -> None:
    small = Experiment(Query(length=10, hidden=4))
    assert parameter_count(small) == (4 * 1 + 4 * 4 + 4 + 4) + (4 + 1)
    assert training_flops(small) == 6 * 10 * (4 + 16 + 4)
    sliding = Experiment(Query(length=10, hidden=4, truncation="sliding", window=3))
    back = 1 + 2 + 8 * 3
    assert training_flops(sliding) == 2 * 10 * 20 + 4 * back * 20 + 6 * 10 * 4
    attention = Experiment(Query.build({"model": "attention", "length": 10, "hidden": 4}))
    assert training_flops(attention) == 6 * 10 * (4 + 3 * 16 + 4) + 3 * 10 * 11 * (4 + 4)


@pytest.mark.parametrize(
    ("model", "gates", "layers"), [("rnn", 1, 1), ("lstm", 4, 2), ("gru", 3, 1), ("mlp", 0, 2), ("window", 0, 1)]
)
def test_parameters_of_every_model_by_formula(model: str, gates: int, layers: int) -> None:
    h, d, window = 5, 1, 4
    values = {"model": model, "hidden": h, "layers": layers, "window": window, "length": 6}
    reads = d if model == "mlp" else window * d
    if gates:
        expected = gates * h * sum((d if layer == 0 else h) + h + 2 for layer in range(layers))
    else:
        expected = reads * h + h + (layers - 1) * (h * h + h)
    assert parameter_count(Experiment(Query.build(values))) == expected + (h + 1) * d


def test_parameters_of_attention_by_formula() -> None:
    h, key = 5, 2
    values = {"model": "attention", "hidden": h, "key": key, "length": 6}
    assert parameter_count(Experiment(Query.build(values))) == 2 * h + 2 * (h + 1) * key + (h + 1) * h + h + 1
