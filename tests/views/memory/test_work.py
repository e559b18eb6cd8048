"""What is estimated is what is counted."""

import pytest

from tests.cases import few
from tests.views.answers import experiment
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch, watched
from unrolled.views import VIEWS
from unrolled.views.memory.work import memory_cost

WIDE = {"input": "sound", "features": "samples", "frame": 64}
SIZES = [{}, {"hidden": 64}, {"window": 57}, {"length": 1500}, WIDE]


@pytest.mark.parametrize("fields", few(SIZES, [{}, {"window": 57}]), ids=str)
def test_the_work_is_known_beforehand_within_a_factor_of_two(fields):
    asked = experiment(**fields)
    with watched(Watch(memory_cost(asked).flops)) as watch:
        VIEWS["facts"].compute(asked, Memo(2**28))
    assert 0.5 < watch.done / watch.total < 2.0


def test_what_is_read_back_counts():
    assert memory_cost(experiment(window=57)).flops > memory_cost(experiment()).flops
    assert memory_cost(experiment(hidden=32)).bytes > memory_cost(experiment()).bytes
