"""The work of following one path."""

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.product_cost import MAX_FACTORS, max_spectrum_lag, product_cost, sampled_factors
from unrolled.experiment.size import size_of
from unrolled.query.query import Query


def test_factors_are_all_of_a_short_path_and_some_of_a_long_one():
    assert sampled_factors(6, 3).tolist() == [4, 5, 6]
    assert sampled_factors(3, 3).tolist() == []
    long = sampled_factors(20_000, 2)
    assert len(long) <= MAX_FACTORS
    assert (long[0] > 2, long[-1]) == (True, 20_000)


def test_a_larger_state_is_followed_less_far():
    lags = [max_spectrum_lag(size_of(Experiment(Query(hidden=hidden)))) for hidden in (2, 64, 256)]
    assert lags[0] >= lags[1] > lags[2]


def test_a_longer_path_and_all_singular_values_cost_more():
    def flops(k, singular_values):
        experiment = Experiment(Query(length=200, k=k))
        return product_cost(experiment, products=1, singular_values=singular_values).flops

    assert flops(150, False) < flops(50, False) < flops(50, True)
