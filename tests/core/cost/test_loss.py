"""The work of a loss's gradient: more for what costs more, and what the loops report."""

import numpy as np
import pytest

from tests.core.cost.sizes import counted, size
from tests.core.loss.graphs import graph_of
from tests.core.nets import Architecture
from unrolled.core.cost.derivative import Cost, forward_cost
from unrolled.core.cost.loss import backpropagated_losses, bias_cost, credit_cost, difference_cost
from unrolled.core.loss import chunk_sums
from unrolled.core.loss.credit import credit
from unrolled.core.loss.truncation_bias import truncation_bias

SMALL = size()


@pytest.mark.parametrize("more", [{"length": 65}, {"hidden": 17}, {"gates": 3}, {"gates": 4, "states": 2}], ids=str)
def test_what_is_larger_costs_more(more):
    for estimate in (lambda size: credit_cost(size, 1, 30, 30), lambda size: bias_cost(size, 1, 63)):
        assert estimate(size(**more)).flops > estimate(SMALL).flops
        assert estimate(size(**more)).bytes >= estimate(SMALL).bytes
    assert difference_cost(size(**more), 1).flops > difference_cost(SMALL, 1).flops


def test_rows_layers_and_losses_cost_more():
    base = credit_cost(SMALL, 1, 30, 30).flops
    assert min(credit_cost(SMALL, *sizes).flops for sizes in ((1, 31, 30), (2, 30, 30))) > base
    assert bias_cost(SMALL, 1, 63).flops > bias_cost(SMALL, 1, 1).flops
    # Every loss goes back through the whole sequence: twice the length is four times the work in the end.
    long, longer = (bias_cost(size(128, length=n), 1, n).flops for n in (2**14, 2**15))
    assert np.isclose(longer / long, 4.0, rtol=0.05)


def test_all_losses_go_back_where_that_is_little_work():
    assert backpropagated_losses(SMALL, 1, losses=63, rows=20) == 63
    large = size(128, length=2**15)
    assert backpropagated_losses(large, 1, losses=2**15, rows=20) == 20
    assert backpropagated_losses(large, 1, losses=10, rows=20) == 10


@pytest.mark.parametrize(("length", "hidden"), [(150, 24), (20, 192)])
@pytest.mark.parametrize(("gates", "states", "model"), [(1, 1, "rnn"), (3, 1, "gru"), (4, 2, "lstm")])
def test_the_loops_report_what_was_counted(gates, states, model, length, hidden, monkeypatch):
    graph = graph_of(Architecture(model), length=length, hidden=hidden)
    sizes = size(hidden, gates, states=states, input_size=2, length=length)
    # The forward pass is there already.
    forward = forward_cost(sizes).flops
    columns = np.arange(1, length, 3)
    cost = Cost(credit_cost(sizes, 1, len(columns), len(columns)).flops - forward)
    swept = counted(cost, lambda: credit(graph, columns, columns))
    assert 0.5 < swept < 2.0
    for afforded in (np.inf, 0.0):
        monkeypatch.setattr(chunk_sums, "_AFFORDED", afforded)
        truncated = Cost(bias_cost(sizes, 1, len(graph.steps)).flops - forward)
        assert 0.5 < counted(truncated, lambda: truncation_bias(graph, 0.1, 8)) < 2.0
