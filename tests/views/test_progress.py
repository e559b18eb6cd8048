"""The progress of a view ends where its estimate does: counts, not times."""

from itertools import product
from typing import Any

import pytest

from tests.cases import few
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
SMALL: list[dict[str, Any]] = [
    {"hidden": 8, "length": 600},
    {"hidden": 24, "length": 400},
    {"hidden": 12, "layers": 2, "length": 500},
]
SAME: dict[str, Any] = {"norm": "frobenius", "resolution": 48, "gain": 0.9}
VIEWS_COUNTED = ["influence", "decay", "saturation", "activations", "models", "lengths", "graph", "paths"]
RNN, GRU, LSTM = ([SAME | model | size for size in SMALL] for model in MODELS)
CHOSEN = [
    ("influence", RNN[1]),
    ("influence", LSTM[0]),
    ("decay", GRU[2]),
    ("saturation", LSTM[2]),
    ("activations", RNN[0]),
    ("models", GRU[0]),
    ("lengths", RNN[2]),
    ("lengths", LSTM[1]),
    ("graph", GRU[1]),
    ("graph", LSTM[2]),
    ("paths", RNN[1]),
]
EVERY = [(view, SAME | model | size) for view, model, size in product(VIEWS_COUNTED, MODELS, SIZES)]


@pytest.mark.parametrize(("view", "query"), few([*CHOSEN, *EVERY], CHOSEN), ids=str)
def test_a_view_ends_with_all_of_its_estimate_done(view: str, query: dict[str, Any]) -> None:
    experiment = Experiment(Query.build(query))
    with watched(Watch(VIEWS[view].cost(experiment).flops)) as watch:
        VIEWS[view].compute(experiment, Memo(2**26))
    assert 0.85 < watch.done / watch.total < 1.15


def test_what_one_view_leaves_behind_is_not_expected_of_the_next() -> None:
    experiment, memo = Experiment(Query.build(RNN[1])), Memo(2**26)
    with watched(Watch(VIEWS["influence"].cost(experiment).flops)) as first:
        VIEWS["influence"].compute(experiment, memo)
    with watched(Watch(VIEWS["decay"].cost(experiment).flops)) as second:
        VIEWS["decay"].compute(experiment, memo)
    assert second.done == 0.0
    assert second.total < 0.15 * first.total


SPECTRAL: list[dict[str, Any]] = [{"hidden": 24, "length": 200}, {"hidden": 64, "length": 128}]


@pytest.mark.parametrize(
    ("model", "size"),
    few(product(MODELS, SPECTRAL), [(model, SPECTRAL[0]) for model in MODELS]),
    ids=str,
)
def test_spectral_norms_take_about_what_is_estimated(model: dict[str, Any], size: dict[str, Any]) -> None:
    experiment = Experiment(Query.build(model | size | {"norm": "spectral", "resolution": 256}))
    with watched(Watch(VIEWS["influence"].cost(experiment).flops)) as watch:
        VIEWS["influence"].compute(experiment, Memo(2**26))
    # How many steps a cell takes depends on the network.
    assert 0.6 < watch.done / watch.total < 1.6
