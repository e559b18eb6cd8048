"""The gradient by lag: what some lags leave out is that of one loss after the other, taken back by single steps."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import full_credit, graph_of
from tests.core.loss.test_credit_sweep import WILD
from tests.core.nets import SOME_WITH_MATRIX, WITH_MATRIX, Architecture
from unrolled.core.arrays.scaling import rescale
from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.loss.credit_sweep import BackwardSweep
from unrolled.core.loss.gradient import gradient
from unrolled.core.loss.lag_sums import residual_by_lag, truncated_gradient

GRAPHS = {str(architecture): (architecture, {"layer": 1}) for architecture in WITH_MATRIX} | WILD
GRAPHS["no slope that has a square"] = Architecture("rnn"), {"hidden": 2, "shift": 400.0, "seed": 2}
SOME = [
    *map(str, SOME_WITH_MATRIX),
    "faint",
    "all die",
    "slopes of 10^-231",
    "gru, gain 30",
    "no slope that has a square",
]


def pairs_by_lag(graph, exponent):
    """Add up C[t, k]/2^exponent of every lag, (reach, G·H, H), each loss alone."""
    sums = np.zeros((graph.last_step, *graph.weights.weight_hh.shape))
    for place, t in enumerate(graph.steps.tolist()):
        row, power = np.zeros((1, graph.state_size)), 0
        row[0, graph.top_h] = graph.seeds[place]
        for k in range(t, 0, -1):
            scaled, more = rescale(row[None])
            power += int(more[0])
            result, _ = graph.vjp(k, scaled[0])
            delta = np.ldexp(result.d_recurrent[0], max(power - exponent, -2200))
            for part in graph.recurrent_inputs:
                sums[t - k, part.rows] += np.outer(delta[part.rows], part.values[k - 1])
            row = result.d_state
    return sums


@pytest.mark.parametrize("name", few(GRAPHS, SOME))
def test_the_residual_is_that_of_single_losses(name):
    architecture, drawn = GRAPHS[name]
    graph = graph_of(architecture, **{"length": 12 if name not in WILD else 40} | drawn)
    whole = gradient(graph)
    size, sums = np.linalg.norm(whole.weight_hh), pairs_by_lag(graph, whole.exponent)
    left = [np.linalg.norm(sums[lag + 1 :].sum(axis=0)) / size for lag in range(graph.last_step)]
    uncertain = np.full(graph.last_step, np.inf)
    np.testing.assert_allclose(residual_by_lag(graph, whole, uncertain, 0.1), left, rtol=1e-9, atol=1e-12)
    # What the sweep knows of the lengths ends it early, and only where nothing larger can come.
    early = full_credit(graph).residual
    np.testing.assert_allclose(early, left[: len(early)], rtol=1e-9, atol=1e-12)
    assert max(left[len(early) :], default=0.0) <= 0.1
    sweep = BackwardSweep(graph, graph.steps, np.zeros((graph.last_step, graph.weights.rows)), whole.exponent)
    sweep.run()
    assert (sweep.lengths * (1.0 + 1e-12) >= np.linalg.norm(sums, axis=(1, 2))).all()


def test_what_is_certain_ends_it():
    graph = graph_of(Architecture("rnn"), gain=0.1)
    whole = gradient(graph)
    bounds = np.array([1.0, 0.2, 0.05, 0.04] + 7 * [0.001])
    assert len(residual_by_lag(graph, whole, bounds, 0.1)) == 2
    assert len(residual_by_lag(graph, whole, np.zeros(11), 0.1)) == 1
    assert residual_by_lag(graph, whole, np.full(11, np.nan), 0.1)[-1] == 0.0
    assert len(full_credit(graph_of(length=200, gain=0.5)).residual) < 20


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
@pytest.mark.parametrize("architecture", few(WITH_MATRIX, SOME_WITH_MATRIX), ids=str)
def test_a_truncated_gradient_is_the_sum_of_the_kept_pairs(architecture, kind):
    graph, cut = graph_of(architecture, layer=1), Truncation(kind, 4)
    whole, sums = gradient(graph), 0.0
    for t in graph.steps.tolist():
        alone = graph.only(np.array([t]))
        kept = cut.kept(np.array([t]), t - np.arange(t))[0]
        sums = sums + (pairs_by_lag(alone, whole.exponent) * kept[:, None, None]).sum(axis=0)
    np.testing.assert_allclose(truncated_gradient(graph, cut.keeps, 4, whole.exponent), sums, rtol=1e-10, atol=1e-13)
