"""The work of following one path."""

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.product_cost import product_cost
from unrolled.query.query import Query


def test_a_longer_path_and_all_singular_values_cost_more():
    def flops(k, singular_values):
        experiment = Experiment(Query(length=200, k=k))
        return product_cost(experiment, products=1, singular_values=singular_values).flops

    assert flops(150, False) < flops(50, False) < flops(50, True)
