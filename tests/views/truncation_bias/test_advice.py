"""The advice: the smallest K at the worst first cut, what it takes, and the truncation that is set."""

import numpy as np
import pytest

from tests.core.loss.graphs import graph_of
from unrolled.core.loss.truncation_bias import KINDS, truncation_bias
from unrolled.query.query import Query
from unrolled.views.truncation_bias.advice import Advice

GRAPH = graph_of(length=40)
BIAS = truncation_bias(GRAPH)
FLOPS = {"chunked": np.full(40, 100.0), "sliding": 10.0 * np.arange(1, 41)}


@pytest.mark.parametrize("tolerance", [0.5, 0.2, 0.02])
def test_it_is_by_the_worst_first_cut(tolerance):
    advice = Advice.of(BIAS, FLOPS, GRAPH, 8, Query.build({"tolerance": tolerance}))
    for kind in KINDS:
        saving, curve = advice.savings[kind], BIAS.curves[kind]
        assert saving is not None
        place = saving.window - 1
        assert curve.highest[place:].max() <= tolerance
        assert not place or tolerance < curve.highest[place - 1]
        assert saving.bias == curve.highest[place] >= saving.mean_bias == curve.mean.relative[place]
        assert (saving.bytes, saving.flops, saving.whole_flops) == (8 * saving.window, FLOPS[kind][place], 100.0)
        assert saving.cuts == (1 if kind == "sliding" or saving.is_whole else min(saving.window, 8))
    assert (advice.count, advice.larger) == (None, 0)
    assert np.isnan(advice.current["bias"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", [7, 500])
def test_a_truncation_that_is_set_is_cut_from_the_first_step_on(kind, window):
    advice = Advice.of(BIAS, FLOPS, GRAPH, 8, Query.build({"truncation": kind, "window": window}))
    at, place = BIAS.curves[kind].from_start, min(window, 40) - 1
    expected = {"bias": at.relative[place], "cosine": at.cosine[place], "ratio": at.ratio[place]}
    assert advice.current == expected
    assert (advice.kind, advice.window) == (kind, window)
