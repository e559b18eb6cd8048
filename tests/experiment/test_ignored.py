"""A choice that changes nothing says so."""

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.ignored import ignored_fields
from unrolled.query.query import Query


def test_a_choice_that_does_not_count_is_named() -> None:
    cases: list[tuple[dict[str, object], tuple[str, ...]]] = [
        ({}, ()),
        ({"model": "lstm", "activation": "relu"}, ("sigmoid and tanh built in",)),
        ({"forget_bias": 1}, ("a vanilla RNN has no gate",)),
        ({"model": "mlp", "chrono": 10}, ("an MLP, step by step has no gate",)),
        ({"model": "attention", "layers": 2}, ("activation and layers do not count",)),
        ({"model": "attention", "activation": "relu"}, ("activation and layers do not count",)),
        ({"model": "window", "gain": 2}, ("init and gain do not count",)),
        ({"model": "mlp", "init": "he", "layers": 2}, ()),
        ({"model": "mlp", "activation": "relu"}, ()),
        ({"model": "attention", "loss": "last"}, ("Attention has no recurrent matrix to credit",)),
        ({"model": "lstm", "loss": "last", "tolerance": 0.5}, ()),
    ]
    for fields, parts in cases:
        sentences = tuple(ignored_fields(Experiment(Query.build(fields))))
        assert len(sentences) == len(parts)
        assert all(part in sentence for part, sentence in zip(parts, sentences, strict=True))


def test_own_weights_have_no_readout() -> None:
    rng = np.random.default_rng(0)
    weights = {"weight_ih_l0": rng.standard_normal((3, 1)), "weight_hh_l0": rng.standard_normal((3, 3))}
    weights |= {"bias_ih_l0": np.zeros(3), "bias_hh_l0": np.zeros(3)}
    assert len(tuple(ignored_fields(Experiment.of_arrays({}, weights)))) == 1
    sentences = tuple(ignored_fields(Experiment.of_arrays({"of": "o"}, weights)))
    assert "drawn from the seed" in sentences[1]
