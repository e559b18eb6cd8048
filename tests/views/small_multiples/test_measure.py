"""Small multiples are exact at their samples, and take fewer of large networks."""

import pytest

from tests.views.answers import answer, experiment
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.settings import Settings
from unrolled.views.small_multiples.measure import panels_cost, sample_count


def test_a_sampled_panel_is_exact():
    panels = {panel["value"]: panel for panel in answer("lengths", length=8, hidden=3)["panels"]}
    fine = answer("influence", length=64, hidden=3)["log10_norm"]
    small = panels[64]
    row, column = len(small["t"]) - 2, 3
    assert small["log10_norm"][row][column] == pytest.approx(
        fine[small["t"][row] - 1][small["k"][column] - 1], abs=1e-11
    )


def test_large_networks_take_fewer_samples():
    assert sample_count(experiment(), "activation", list(ACTIVATIONS)) == 24
    assert 6 <= sample_count(experiment(hidden=128), "activation", list(ACTIVATIONS)) < 24
    assert sample_count(experiment(hidden=256, length=512), "activation", list(ACTIVATIONS)) == 6


@pytest.mark.parametrize("size", [{"length": 2000, "hidden": 64}, {"length": 32, "hidden": 120}])
def test_sixteen_samples_where_the_work_is_bearable(size):
    names = list(ACTIVATIONS)
    assert sample_count(experiment(**size), "activation", names) == 16
    assert panels_cost(experiment(**size), "activation", names, 16).flops < 1e9 * Settings().max_gflop
