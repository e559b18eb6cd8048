"""What is counted beforehand is what is counted on the way, within a factor of two: counts, not times."""

from itertools import product
from typing import Any

import pytest

from tests.cases import few
from unrolled.core.behaviour.paths import _depth, distances
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch, watched
from unrolled.views import VIEWS

SIZES: list[dict[str, Any]] = [
    {"hidden": 8, "length": 400},
    {"hidden": 24, "length": 150},
    {"hidden": 16, "length": 600, "norm": "frobenius", "resolution": 48},
    {"hidden": 12, "length": 300, "layers": 2},
    {"hidden": 40, "length": 100, "layers": 3, "layer": 2, "norm": "frobenius"},
]
# A diagonal chain takes less than the dense products that are counted for it: minGRU may be refused early.
COUNTED = [model for model in MODELS if model != "mingru"]
EVERY = [(view, model, size) for view, model, size in product(VIEWS, COUNTED, SIZES) if model in VIEWS[view].models]
# Every view, every model and every size once or more.
CHOSEN = [*EVERY[:: len(SIZES) + 1], *(("influence", "attention", size) for size in SIZES[:3])]


class Diary(Watch):
    """A watch that notes what was done at every report."""

    def __init__(self, total: float) -> None:
        super().__init__(total)
        self.moments: list[float] = []

    def advance(self, work: float) -> None:
        super().advance(work)
        self.moments.append(self.done)


def ask(view: str, fields: dict[str, Any]) -> Diary:
    """Have a question answered and checked."""
    # What is remembered is not searched again.
    for search in (distances, _depth):
        search.cache_clear()
    experiment, memo = Experiment(Query.build(fields)), Memo(2**28)
    with watched(Diary(VIEWS[view].work(experiment).flops)) as diary:
        VIEWS[view].compute(experiment, memo)
        VIEWS[view].checks(experiment, memo)
    return diary


@pytest.mark.parametrize(("view", "model", "size"), few(EVERY, CHOSEN), ids=str)
def test_work_is_counted_beforehand_within_a_factor_of_two(view: str, model: str, size: dict[str, Any]) -> None:
    if model == "attention" and "layers" in size:
        size = {name: value for name, value in size.items() if name not in ("layers", "layer")}
    diary = ask(view, {"gain": 0.95, **size, "model": model})
    assert 0.5 < diary.done / diary.total < 2.0


LONG: list[tuple[str, dict[str, Any]]] = [
    ("influence", {"length": 700, "hidden": 24, "model": "gru"}),
    ("influence", {"length": 3000, "hidden": 8, "norm": "frobenius"}),
    ("jacobian", {"length": 300, "hidden": 16}),
    ("credit", {"length": 300, "hidden": 16, "model": "lstm"}),
    ("bias", {"length": 150, "hidden": 16}),
    ("spectrum", {"length": 200, "hidden": 24}),
]


@pytest.mark.parametrize(("view", "fields"), LONG, ids=str)
def test_the_share_is_right_within_a_factor_of_two_at_any_moment(view: str, fields: dict[str, Any]) -> None:
    diary = ask(view, fields)
    for moment in (0.1, 0.25, 0.5, 0.75):
        done = next(done for done in diary.moments if done >= moment * diary.done)
        shown, truly = done / diary.total, done / diary.done
        # Nor does it jump: no single step of a loop is a tenth of the whole.
        assert 0.5 < shown / truly < 2.0
        assert truly < moment + 0.1


def test_what_one_view_leaves_behind_is_not_expected_of_the_next() -> None:
    fields = {"hidden": 24, "length": 400, "norm": "frobenius", "resolution": 48, "gain": 0.9}
    experiment, memo = Experiment(Query.build(fields)), Memo(2**26)
    with watched(Watch(VIEWS["influence"].cost(experiment).flops)) as first:
        VIEWS["influence"].compute(experiment, memo)
    with watched(Watch(VIEWS["decay"].cost(experiment).flops)) as second:
        VIEWS["decay"].compute(experiment, memo)
    assert second.done == 0.0
    assert second.total < 0.15 * first.total
