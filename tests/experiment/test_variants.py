"""The same experiment with one field changed."""

from tests.experiment.uploads.bodies import INPUTS, WEIGHTS
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.variants import comparable_models, variant_of
from unrolled.query.query import Query


def test_what_may_not_fit_is_left_out():
    values = {"model": "lstm", "of": "c", "wrt": "c", "t": 20, "k": 3, "from": 2, "to": 30}
    query = variant_of(Experiment(Query.build(values)), "length", 8).query
    assert (query.length, query.t, query.k, query.from_, query.to, query.of) == (8, None, None, None, None, "c")
    query = variant_of(Experiment(Query.build(values)), "model", "gru").query
    assert (query.model, query.of, query.wrt) == ("gru", "h", "h")


def test_beside_a_model_without_a_state_the_others_are_asked_what_it_can_answer():
    direct = Experiment(Query.build({"model": "attention"}))
    query = variant_of(direct, "model", "rnn").query
    assert (query.of, query.wrt) == ("o", "x")


def test_own_weights_fit_one_model_alone():
    assert comparable_models(Experiment(Query())) == tuple(MODELS)
    assert comparable_models(Experiment.of_arrays({}, WEIGHTS, INPUTS)) == ("rnn",)
