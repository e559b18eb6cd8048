"""How large an experiment is, counted by hand."""

import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import direct_size_of, graph_of, size_of
from unrolled.query.query import Query


def test_sizes_of_a_derivative_through_a_stack():
    values = {"model": "lstm", "length": 9, "hidden": 5, "layers": 3, "origin": 2, "wrt": "x", "of": "s"}
    size = size_of(Experiment(Query.build(values | {"origin": None})))
    # ∂s/∂x goes through all three layers, each with h and c.
    assert (size.state, size.width, size.height) == (3 * 2 * 5, 1, 2 * 5)
    size = size_of(Experiment(Query.build(values | {"wrt": "h"})))
    assert (size.state, size.width, size.height) == (2 * 2 * 5, 5, 2 * 5)
    with pytest.raises(ValueError, match="mlp has no state"):
        size_of(Experiment(Query.build({"model": "mlp"})))


def test_what_a_model_without_recurrence_reads():
    fields = {"mlp": 1, "window": 7, "attention": 7}
    for model, reads in fields.items():
        size = direct_size_of(Experiment(Query.build({"model": model, "length": 7, "window": 9, "key": 3})))
        assert size.receptive_field == reads


def test_a_window_is_no_longer_than_the_sequence():
    assert graph_of(Experiment(Query.build({"model": "window", "length": 7, "window": 9}))).window == 7
