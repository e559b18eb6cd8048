"""The estimate of a loss's gradient: more for what costs more."""

from dataclasses import replace

import numpy as np
import pytest

from unrolled.core.cost.loss import backpropagated_losses, bias_cost, credit_cost
from unrolled.core.cost.recurrent import Size

SMALL = Size("rnn", 64, 16, 1, 1, 16, 16, 16)


@pytest.mark.parametrize("more", [{"length": 65}, {"hidden": 17}, {"model": "gru"}, {"model": "lstm"}], ids=str)
def test_what_is_larger_costs_more(more):
    for estimate in (lambda size: credit_cost(size, 1, 30, 30), lambda size: bias_cost(size, 1, 63)):
        assert estimate(replace(SMALL, **more)).flops > estimate(SMALL).flops
        assert estimate(replace(SMALL, **more)).bytes >= estimate(SMALL).bytes


def test_rows_columns_layers_and_losses_cost_more():
    base = credit_cost(SMALL, 1, 30, 30).flops
    assert min(credit_cost(SMALL, *sizes).flops for sizes in ((1, 31, 30), (1, 30, 31), (2, 30, 30))) > base
    assert bias_cost(SMALL, 1, 63).flops > bias_cost(SMALL, 1, 1).flops
    # Every loss goes back through the whole sequence: twice the length is four times the work in the end.
    long, longer = (bias_cost(replace(SMALL, length=n, hidden=128), 1, n).flops for n in (2**14, 2**15))
    assert np.isclose(longer / long, 4.0, rtol=0.05)


def test_all_losses_go_back_where_that_is_little_work():
    assert backpropagated_losses(SMALL, 1, losses=63, rows=20) == 63
    large = replace(SMALL, length=2**15, hidden=128)
    assert backpropagated_losses(large, 1, losses=2**15, rows=20) == 20
    assert backpropagated_losses(large, 1, losses=10, rows=20) == 10
