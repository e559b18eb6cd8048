"""Too much work is refused with remedies that are enough, and no needless ones."""

import itertools
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.core.cost.derivative import Cost
from unrolled.errors import InvalidInput, TooMuchWork
from unrolled.experiment.experiment import Experiment
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch, watched
from unrolled.service.limits import check_cost, within_limits
from unrolled.settings import Settings
from unrolled.views import VIEWS

FLOPS, BYTES = 2e9, 2**26


def experiment(**fields: object) -> Experiment:
    return Experiment(Query.build(fields))


def remedies(
    network: Experiment, view: str = "influence", flops: float = FLOPS, memory: float = BYTES
) -> dict[str, object]:
    """Return the remedies of a refusal, by field."""
    with pytest.raises(TooMuchWork) as caught:
        check_cost(network, VIEWS[view], max_flops=flops, max_bytes=memory)
    for fault in caught.value.errors:
        assert fault.allowed is not None
        assert str(fault.allowed[0]) in fault.message
        assert fault.message[1:-1] in caught.value.detail
    return {fault.field: fault.allowed[0] for fault in caught.value.errors if fault.allowed}


def fits(network: Experiment, view: str, flops: float, memory: float) -> bool:
    cost = VIEWS[view].work(network)
    return cost.flops <= flops and cost.bytes <= memory


def changed(network: Experiment, field: str, value: Any) -> Experiment:
    """Follow an advice; what is chosen beyond a shorter sequence goes with it, the rest stays."""
    inside = ("t", "k", "from", "until", "since", "to") if field == "length" else ()
    beyond = {name: None for name in inside if (network.query.value(name) or 0) > value}
    return network.changed(**beyond | {field: value})


LARGE: dict[str, dict[str, Any]] = {
    "stack": {"model": "lstm", "layers": 4, "hidden": 40, "length": 300, "origin": 1},
    "wide": {"hidden": 200, "length": 64},
    "long": {"model": "gru", "hidden": 4, "length": 65536},
    "zoomed": {"hidden": 40, "length": 4000, "from": 3000, "to": 3900, "since": 3500, "until": 3200},
    "chosen": {"hidden": 60, "length": 4000, "t": 3999, "k": 17, "norm": "frobenius"},
}


@pytest.mark.parametrize(
    ("view", "name"),
    few(
        [(view, name) for view in VIEWS for name in LARGE],
        [*(("influence", name) for name in LARGE), *zip(list(VIEWS)[1::2], itertools.cycle(LARGE), strict=False)],
    ),
)
def test_every_remedy_is_enough_and_no_larger_value_is(view: str, name: str) -> None:
    network = experiment(**LARGE[name])
    cost = VIEWS[view].work(network)
    limit = (0.7 * cost.flops, 0.8 * cost.bytes)
    for field, value in remedies(network, view, *limit).items():
        assert fits(changed(network, field, value), view, *limit), field
        if isinstance(value, int):
            less = value - 1 if field == "k" else value + 1
            assert not fits(changed(network, field, less), view, *limit), field


def test_fewer_layers_are_a_remedy_where_they_help() -> None:
    stack = experiment(model="lstm", layers=4, hidden=20, length=300, wrt="x")
    two = VIEWS["influence"].work(stack.changed(layers=2))
    assert remedies(stack, flops=two.flops, memory=two.bytes)["layers"] == 2
    assert "layers" not in remedies(experiment(hidden=200, length=64))


def test_a_nearer_cell_is_a_remedy_for_a_long_path() -> None:
    network = experiment(hidden=1, length=65536)
    half = VIEWS["jacobian"].work(network.changed(k=30_000))
    assert remedies(network, "jacobian", half.flops, 2**40)["k"] == 30_000
    assert "k" not in remedies(experiment(hidden=60, length=4000), "influence")


def test_the_chosen_layers_stay() -> None:
    stack = experiment(layers=4, layer=3, origin=2, hidden=20, length=300)
    three = VIEWS["influence"].work(stack.changed(layers=3))
    assert remedies(stack, flops=three.flops, memory=2**40)["layers"] == 3
    assert "layers" not in remedies(stack, flops=0.99 * three.flops, memory=2**40)


def test_fields_fixed_by_own_arrays_are_no_remedy() -> None:
    weights = {"weight_ih_l0": np.ones((240, 1)), "weight_hh_l0": np.eye(240, 60)}
    weights |= {"weight_ih_l1": np.ones((240, 60)), "weight_hh_l1": np.eye(240, 60)}
    assert remedies(Experiment.of_arrays({"length": 500}, weights), memory=2**40).keys() <= {
        "norm",
        "resolution",
        "length",
    }
    state = Experiment.of_arrays({"hidden": 100, "length": 400}, None, None, {"h": np.zeros(100)})
    assert "hidden" not in remedies(state)
    sent = Experiment.of_arrays({}, weights, np.ones((500, 1)))
    with pytest.raises(TooMuchWork, match=r"[Ss]end at most \d+ rows of inputs"):
        check_cost(sent, VIEWS["saturation"], max_flops=VIEWS["saturation"].work(sent).flops / 2, max_bytes=2**40)


def test_when_nothing_alone_is_enough_it_says_so() -> None:
    with pytest.raises(TooMuchWork, match="lower hidden, layers and length together") as caught:
        check_cost(experiment(layers=4, hidden=200, length=60000), VIEWS["diagnosis"], max_flops=1e6, max_bytes=1e5)
    assert caught.value.errors == ()
    own = Experiment.of_arrays({}, {"weight_ih_l0": np.ones((9, 1)), "weight_hh_l0": np.eye(9)})
    with pytest.raises(TooMuchWork, match="send a smaller network, or ask a server"):
        check_cost(own, VIEWS["diagnosis"], max_flops=1.0, max_bytes=1.0)


def test_what_fits_passes() -> None:
    check_cost(experiment(), VIEWS["influence"], max_flops=FLOPS, max_bytes=BYTES)
    assert issubclass(TooMuchWork, InvalidInput)


def test_a_count_that_was_far_too_low_stops_with_the_refusal_it_should_have_been() -> None:
    network, view = experiment(hidden=40, length=300), VIEWS["influence"]
    true = view.work(network)
    low = replace(view, cost=lambda asked: Cost(0.1 * view.cost(asked).flops), checks_cost=lambda _: Cost())
    limits = {"max_flops": 0.3 * true.flops, "max_bytes": BYTES}
    check_cost(network, low, **limits)
    with pytest.raises(TooMuchWork) as stopped, within_limits(network, low, **limits):
        low.compute(network, Memo(2**26))
    with pytest.raises(TooMuchWork) as refused:
        check_cost(network, view, **limits)
    sentence = r"“.+” at this size needs about [\d,.]+ GFLOP of work, where [\d,.]+ are allowed\. .+\."
    for caught in (stopped, refused):
        assert re.fullmatch(sentence, caught.value.detail)
    named = [{fault.field for fault in caught.value.errors} for caught in (stopped, refused)]
    assert named[0] & named[1] >= {"length"}
    # It asks for no less than what fits, by what was counted.
    for fault in stopped.value.errors:
        assert fault.allowed is not None
        assert 0.1 < view.work(network.changed(**{fault.field: fault.allowed[0]})).flops / limits["max_flops"] < 2.0


def test_what_takes_twice_what_is_allowed_is_still_answered() -> None:
    network, view = experiment(hidden=12, length=64, norm="frobenius"), VIEWS["influence"]
    with watched(Watch()) as watch:
        view.compute(network, Memo(2**26))
    with within_limits(network, view, max_flops=0.51 * watch.done, max_bytes=BYTES):
        view.compute(network, Memo(2**26))
    with pytest.raises(TooMuchWork), within_limits(network, view, max_flops=0.49 * watch.done, max_bytes=BYTES):
        view.compute(network, Memo(2**26))


@pytest.mark.parametrize("path", ["influence", "influence.csv", "influence/figure", "influence/progress"])
def test_what_is_stopped_on_its_way_answers_as_what_is_refused(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The estimate misses the largest part.
    monkeypatch.setattr("unrolled.core.cost.derivative._spectral_flops", lambda *_: 0.0)
    with TestClient(create_app(Settings(max_gflop=0.8))) as client:
        answer = client.get(f"/api/v1/{path}?hidden=40&length=128")
    if path.endswith("progress"):
        assert answer.text.count("event: ") >= 2
        assert "event: failed" in answer.text
        assert "event: done" not in answer.text
        return
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert problem["title"] == TooMuchWork.title
    assert "at this size needs about" in problem["detail"]


@pytest.mark.parametrize("view", ["spectrum", "saturation", "shortcuts", "diagnosis"])
def test_a_view_undefined_for_a_model_is_refused_with_the_models_that_have_it(client: TestClient, view: str) -> None:
    answer = client.get(f"/api/v1/{view}?model=attention")
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["field"], fault["allowed"]) == ("model", ["rnn", "lstm", "gru", "mingru"])
    assert "choose rnn, lstm, gru or mingru" in fault["message"]
