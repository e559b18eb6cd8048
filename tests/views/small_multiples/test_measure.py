"""Small multiples are exact at their samples, and tell what their links tell."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.views.answers import answer, experiment
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.settings import Settings
from unrolled.views.small_multiples.measure import measure_panels, panel_length, panels_cost


def test_a_sampled_panel_is_exact():
    panels = {panel["value"]: panel for panel in answer("lengths", length=8, hidden=3)["panels"]}
    fine = answer("influence", length=64, hidden=3)["log10_norm"]
    small = panels[64]
    row, column = len(small["t"]) - 2, 3
    assert small["log10_norm"][row][column] == pytest.approx(
        fine[small["t"][row] - 1][small["k"][column] - 1], abs=1e-11
    )


@pytest.mark.parametrize("field", ["activation", "model", "length"])
@pytest.mark.parametrize("network", [{"length": 40, "hidden": 4, "gain": 1.4}, {"length": 900, "hidden": 16}])
def test_a_panel_tells_what_its_link_tells(field, network):
    memo = Memo(2**26)
    values: dict[str, list[str | int]] = {
        "activation": ["sigmoid", "sine"], "model": ["gru", "attention"], "length": [16, 256],
    }  # fmt: skip
    panels, _ = measure_panels(experiment(**network), memo, field, [(value, str(value)) for value in values[field]])
    for panel in panels:
        linked = Experiment(Query.parse(parse_qsl(urlsplit(panel.link).query)))
        assert panel.told.summary == measured_triangle(linked, memo).summary


def test_what_would_take_too_long_is_compared_over_its_first_steps():
    names = list(ACTIVATIONS)
    assert panel_length(experiment(), "activation", names) == 32
    assert panel_length(experiment(length=5000), "activation", names) == 2048
    assert panel_length(experiment(length=5000), "length", [8, 5000]) == 5000
    large = experiment(length=512, hidden=128)
    assert 16 <= panel_length(large, "activation", names) < 512
    assert panels_cost(large, "activation", names).flops < 1e9 * Settings().max_gflop
    panels, _ = measure_panels(experiment(length=5000, hidden=2), Memo(2**26), "activation", [("relu", "ReLU")])
    assert (panels[0].steps[-1], "length=2048" in panels[0].link) == (2048, True)
