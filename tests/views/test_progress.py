"""The progress of a view ends where its estimate does: counts, not times."""

from itertools import product
from typing import Any

import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch, watched
from unrolled.views import VIEWS

MODELS: list[dict[str, Any]] = [{"model": "rnn"}, {"model": "gru"}, {"model": "lstm", "forget_bias": -2.0}]
SIZES: list[dict[str, Any]] = [
    {"hidden": 8, "length": 4096},
    {"hidden": 40, "length": 1024},
    {"hidden": 12, "layers": 2, "length": 2048},
]
SAME: dict[str, Any] = {"norm": "frobenius", "resolution": 48, "gain": 0.9}
ASKED = [SAME | model | size for model, size in product(MODELS, SIZES)]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize(
    "view", ["influence", "decay", "saturation", "activations", "models", "lengths", "graph", "paths"]
)
def test_a_view_ends_with_all_of_its_estimate_done(view: str, asked: dict[str, Any]) -> None:
    experiment = Experiment(Query.build(asked))
    with watched(Watch(VIEWS[view].cost(experiment).flops)) as watch:
        VIEWS[view].compute(experiment, Memo(2**26))
    assert 0.85 < watch.done / watch.total < 1.15


def test_what_one_view_leaves_behind_is_not_expected_of_the_next() -> None:
    experiment, memo = Experiment(Query.build(ASKED[1])), Memo(2**26)
    with watched(Watch(VIEWS["influence"].cost(experiment).flops)) as first:
        VIEWS["influence"].compute(experiment, memo)
    with watched(Watch(VIEWS["decay"].cost(experiment).flops)) as second:
        VIEWS["decay"].compute(experiment, memo)
    assert second.done == 0.0
    assert second.total < 0.15 * first.total


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize("size", [{"hidden": 24, "length": 200}, {"hidden": 64, "length": 128}], ids=str)
def test_spectral_norms_take_about_what_is_estimated(model: dict[str, Any], size: dict[str, Any]) -> None:
    experiment = Experiment(Query.build(model | size | {"norm": "spectral", "resolution": 256}))
    with watched(Watch(VIEWS["influence"].cost(experiment).flops)) as watch:
        VIEWS["influence"].compute(experiment, Memo(2**26))
    # How many steps a cell takes depends on the network.
    assert 0.6 < watch.done / watch.total < 1.6
