"""The work of following one path."""

import numpy as np
import pytest

from unrolled.core.checks.laws import law_cells
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.product_cost import factors_cost, product_cost
from unrolled.experiment.triangle import checks_cost, forward_pass_cost, whole_checks_cost
from unrolled.query.query import Query


def test_a_longer_path_and_its_factors_cost_more():
    near, far = (Experiment(Query(length=200, k=k)) for k in (150, 50))
    assert product_cost(near).flops < product_cost(far).flops < factors_cost(far).flops
    assert factors_cost(near).flops < factors_cost(far).flops


def test_the_singular_values_of_a_path_that_is_too_long_cost_nothing():
    within, beyond = (Experiment(Query(length=3000, k=k)) for k in (3000 - 1024, 3000 - 1025))
    assert factors_cost(within).flops > factors_cost(beyond).flops
    assert factors_cost(within).bytes > factors_cost(beyond).bytes


def test_laws_cost_what_their_paths_have_steps_however_long_the_sequence():
    rates = []
    for length in (100, 10_000):
        paths = law_cells(length, 16, np.random.default_rng(length))
        rates.append(checks_cost(Experiment(Query(length=length))).flops / sum(t - k for t, k in paths))
    assert rates[0] == pytest.approx(rates[1], rel=1e-12)
    assert rates[0] > 0.0


def test_what_looks_at_the_first_steps_is_checked_on_all_of_them():
    experiment = Experiment(Query(length=2000))
    forward = whole_checks_cost(experiment).flops - checks_cost(experiment).flops
    assert forward == pytest.approx(forward_pass_cost(experiment).flops)
