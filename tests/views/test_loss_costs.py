"""The estimate of a loss's gradient: the memory that is taken, and more for what costs more."""

import tracemalloc
from itertools import product

import pytest

from tests.cases import few
from tests.views.answers import experiment
from unrolled.errors import InvalidInput, TooMuchWork
from unrolled.runtime.memo import Memo
from unrolled.service.limits import check_cost, check_model
from unrolled.views import VIEWS

CASES = [
    {"length": 300, "hidden": 64},
    {"length": 200, "hidden": 64, "model": "lstm"},
    {"length": 250, "hidden": 64, "model": "gru"},
    {"length": 300, "hidden": 24, "model": "gru", "layers": 2, "layer": 1},
    {"length": 60, "hidden": 160, "model": "lstm"},
    {"length": 800, "loss": "last", "hidden": 32},
]


@pytest.mark.parametrize(
    ("view", "fields"),
    few(product(("credit", "bias"), CASES), [("bias", CASES[0]), ("credit", CASES[1]), ("credit", CASES[2])]),
    ids=str,
)
def test_the_estimated_memory_is_the_allocated_memory(view, fields):
    network, memo = experiment(**fields), Memo(2**26)
    tracemalloc.start()
    try:
        VIEWS[view].compute(network, memo)
        VIEWS[view].checks(network, memo)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.7 * peak < VIEWS[view].cost(network).bytes < 2.2 * peak


@pytest.mark.parametrize("view", ["credit", "bias"])
def test_a_last_loss_and_a_top_layer_are_less_work(view):
    size = {"length": 200, "layers": 3}
    flops = VIEWS[view].cost(experiment(**size, layer=1)).flops
    assert VIEWS[view].cost(experiment(**size)).flops < flops
    assert VIEWS[view].cost(experiment(**size, layer=1, loss="last")).flops < flops


@pytest.mark.parametrize("view", ["credit", "bias"])
def test_too_much_work_is_refused_with_a_remedy(view):
    huge = experiment(length=65536, hidden=128, model="lstm")
    limits = {"max_flops": 600e9, "max_bytes": 512 * 2.0**20}
    with pytest.raises(TooMuchWork) as caught:
        check_cost(huge, VIEWS[view], **limits)
    remedies = {fault.field: fault.allowed[0] for fault in caught.value.errors if fault.allowed}
    assert "length" in remedies
    for field, value in remedies.items():
        check_cost(huge.changed(**{field: value}), VIEWS[view], **limits)


def test_a_model_without_a_matrix_to_credit_is_refused():
    with pytest.raises(InvalidInput, match="means nothing for model=mlp: choose rnn, lstm or gru"):
        check_model(experiment(model="mlp"), VIEWS["credit"])
