"""How large an experiment is, counted by hand."""

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import graph_of, size_of
from unrolled.query.query import Query


def test_sizes_of_a_derivative_through_a_stack():
    values = {"model": "lstm", "length": 9, "hidden": 5, "layers": 3, "origin": 2, "wrt": "x", "of": "s"}
    size = size_of(Experiment(Query.build(values | {"origin": None})))
    # ∂s/∂x goes through all three layers, each with h and c.
    assert (size.state, size.width, size.height) == (3 * 2 * 5, 1, 2 * 5)
    size = size_of(Experiment(Query.build(values | {"wrt": "h"})))
    assert (size.state, size.width, size.height) == (2 * 2 * 5, 5, 2 * 5)
    assert (size.joint, size.states, size.gates) == (2, 2.0, 4.0)


def test_matrices_are_counted_whatever_the_model():
    lstm = size_of(Experiment(Query.build({"model": "lstm", "hidden": 5, "layers": 2})))
    assert lstm.weights == 4 * 5 * (1 + 5 + 5 + 5)
    mlp = size_of(Experiment(Query.build({"model": "mlp", "hidden": 5, "layers": 2})))
    assert mlp.weights == 5 + 5 * 5 + 5
    attention = size_of(Experiment(Query.build({"model": "attention", "hidden": 5, "key": 3})))
    assert attention.weights == 5 + 2 * 3 * 5 + 5 * 5 + 5


def test_what_a_model_without_recurrence_reads():
    reaches, keys = {"mlp": 1, "window": 7, "attention": 7}, {"mlp": 0, "window": 0, "attention": 3}
    for model, reach in reaches.items():
        size = size_of(Experiment(Query.build({"model": model, "length": 7, "window": 9, "key": 3})))
        assert (size.state, size.reach, size.key) == (0, reach, keys[model])
        assert (size.width, size.height) == (1, 1)


def test_a_window_is_no_longer_than_the_sequence():
    assert graph_of(Experiment(Query.build({"model": "window", "length": 7, "window": 9}))).window == 7
