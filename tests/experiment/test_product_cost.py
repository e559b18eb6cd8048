"""The work of following one path."""

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.product_cost import factors_cost, product_cost
from unrolled.experiment.triangle import checks_cost, whole_checks_cost
from unrolled.experiment.variants import PANEL_LENGTH
from unrolled.query.query import Query


def test_a_longer_path_and_its_factors_cost_more():
    near, far = (Experiment(Query(length=200, k=k)) for k in (150, 50))
    assert product_cost(near).flops < product_cost(far).flops < factors_cost(far).flops
    assert factors_cost(near).flops < factors_cost(far).flops


def test_the_singular_values_of_a_path_that_is_too_long_cost_nothing():
    within, beyond = (Experiment(Query(length=3000, k=k)) for k in (3000 - 1024, 3000 - 1025))
    assert factors_cost(within).flops > factors_cost(beyond).flops
    assert factors_cost(within).bytes > factors_cost(beyond).bytes


def test_the_laws_of_a_long_sequence_cost_what_those_of_a_short_one_do():
    short, long = (checks_cost(Experiment(Query(length=length))).flops for length in (100, 10_000))
    assert short == long > 0.0


def test_what_looks_at_the_first_steps_is_checked_on_all_of_them():
    short, long = (Experiment(Query(length=length)) for length in (PANEL_LENGTH, PANEL_LENGTH + 1))
    assert whole_checks_cost(short) == checks_cost(short)
    assert whole_checks_cost(long).flops > checks_cost(long).flops
