"""What is read off a single product, a factor, a spectrum, a strip or a grid is that of its definition."""

from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.truth.networks import MEMO, NETWORKS, asked
from unrolled.core.arrays.types import Array
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import chain_of, layer_of, run
from unrolled.experiment.triangle import told
from unrolled.views import VIEWS
from unrolled.views.text.numbers import factor, pace, power

SMALL = {
    "rnn": asked(length=12, hidden=5, gain=1.5),
    "lstm": asked(model="lstm", of="h", wrt="c", length=10, hidden=4),
    "gru": asked(model="gru", length=10, hidden=4, forget_bias=2),
    "minGRU": asked(model="mingru", length=9, hidden=4, of="s", wrt="s"),
    "attention": asked(model="attention", length=8, hidden=4, input="text", text="abcabcab"),
}
STATE = {name: SMALL[name].changed(of="s", wrt="s") for name in ("rnn", "lstm", "gru", "minGRU")}


def product(experiment: Experiment, t: int, k: int) -> Array:
    """Multiply J_t … J_{k+1}, with what `of` reads at its end and what `wrt` moves at its beginning."""
    chain = chain_of(experiment, MEMO)
    whole = np.eye(chain.state_size)
    for step in range(k + 1, t + 1):
        whole = chain.jacobians(np.array([step]))[0] @ whole
    return chain.selector @ whole @ chain.initial(np.array([k]))[0].T


@pytest.mark.parametrize("name", [name for name in SMALL if name != "attention"])
def test_a_jacobian_tells_its_size_and_how_many_directions_come_through(name: str) -> None:
    experiment = SMALL[name]
    result = VIEWS["jacobian"].compute(experiment, MEMO)
    values, length = result.sentence().values, experiment.query.length
    sizes = np.linalg.svd(product(experiment, length, 1), compute_uv=False)
    assert values["size"] == pytest.approx(np.log10(sizes[0]))
    assert power(values["size"]) in result.sentence()
    assert values["factors"] == length - 1
    near = int((sizes >= sizes[0] / 10).sum())
    assert values.get("near", near) == near
    assert values["count"] == len(sizes)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "minGRU"])
def test_the_last_factor_is_told_in_numbers(name: str) -> None:
    experiment, t = SMALL[name], SMALL[name].query.length
    layer, told_factor = layer_of(experiment, MEMO), VIEWS["jacobian"].compute(experiment, MEMO).factor
    opened = next(iter(layer.unit_factors(np.array([t])).values()))
    extremes = [told_factor[each] for each in ("slope_min", "slope_mean", "slope_max")]
    assert extremes == pytest.approx([opened.min(), opened.mean(), opened.max()])
    assert told_factor["log10_norm"] == pytest.approx(np.log10(np.linalg.norm(layer.jacobians(np.array([t]))[0], 2)))
    weight = run(experiment, MEMO).parameters.get("weight_hh_l0")
    if weight is not None:
        assert told_factor["sigma_max_weight"] == pytest.approx(np.linalg.norm(weight, 2))
    values = told_factor["sentence"].values
    assert [values[each] for each in ("low", "mean", "high")] == pytest.approx(extremes)
    assert values["norm"] == told_factor["log10_norm"]


@pytest.mark.parametrize("name", STATE)
def test_a_spectrum_tells_its_best_and_its_worst_direction(name: str) -> None:
    experiment = STATE[name]
    result, length = VIEWS["spectrum"].compute(experiment, MEMO), experiment.query.length
    sizes = np.linalg.svd(product(experiment, length, 1), compute_uv=False)
    values = result.sentence().values
    assert values["best"] == pytest.approx(np.log10(sizes[0]))
    if sizes[-1] > 1e-12 * sizes[0]:  # An ordinary decomposition loses what is smaller.
        assert values["worst"] == pytest.approx(np.log10(sizes[-1]), abs=1e-3)
    assert values["count"] == len(sizes)
    near = int((sizes >= sizes[0] / 1000).sum())
    assert values.get("near", near) == near
    assert values["exponent"] == pytest.approx(np.log(sizes[0]) / (length - 1))


def test_an_output_without_recurrence_moves_by_what_its_jacobian_says() -> None:
    result = VIEWS["jacobian"].compute(SMALL["attention"], MEMO)
    values, cells = result.sentence().values, told(SMALL["attention"], MEMO).log10_norm
    assert values["size"] == pytest.approx(cells[-1, 0])
    assert power(values["size"]) in result.sentence()


@pytest.mark.parametrize("fields", [{}, {"gain": 2.5}, {"model": "gru"}, {"activation": "relu", "length": 50}])
def test_strips_name_the_networks_nearest_to_preserving(fields: dict[str, Any]) -> None:
    for view in ("models", "activations"):
        payload = VIEWS[view].compute(asked(hidden=5, **fields), MEMO).payload()
        rates = {
            each["label"]: each["summary"]["rate"] for each in payload["panels"] if each["summary"]["rate"] is not None
        }
        if len(payload["panels"]) > 1 and rates and "built in" not in payload["sentence"]:
            best = min(rates, key=lambda label: abs(rates[label]))
            values = payload["sentence"].values
            assert values["label"] == best if view == "models" else best in payload["sentence"]
            assert pace(rates[best]) in payload["sentence"]


def test_lengths_tell_the_first_and_the_last_rate_and_the_longest_product() -> None:
    payload = VIEWS["lengths"].compute(asked(hidden=5), MEMO).payload()
    panels, values = payload["panels"], payload["sentence"].values
    assert values["first_rate"] == panels[0]["summary"]["rate"]
    assert values["last_rate"] == panels[-1]["summary"]["rate"]
    last = panels[-1]
    assert values["size"] == pytest.approx(last["log10_norm"][-1][0])
    assert (values["t"], values["k"]) == (last["t"][-1], last["k"][0])
    assert factor(values["size"]) in payload["sentence"]


def test_a_grid_counts_its_verdicts_and_names_its_longest_horizon(client: TestClient) -> None:
    query = "rows=activation&row_values=tanh,relu,sigmoid,identity&columns=gain&column_values=0,1,3&hidden=4&length=24"
    answer = client.get(f"/api/v1/compare?{query}").json()
    verdicts = [tile["verdict"] for tile in answer["tiles"]]
    for verdict, words in {"zero": "exactly zero", "vanishes": "vanishing", "explodes": "exploding"}.items():
        count = verdicts.count(verdict)
        assert (f"{count} {words}" in answer["sentence"]) == (count > 0)
    steady = [tile for tile in answer["tiles"] if tile["verdict"] in ("vanishes", "decays", "preserves")]
    longest = max(23 if tile["horizon"] is None else tile["horizon"] for tile in steady)
    assert f"{longest} steps (" in answer["sentence"]


@pytest.mark.parametrize("name", ["sliding", "chunked"])
def test_a_truncation_counts_the_pairs_it_keeps(name: str) -> None:
    query = NETWORKS[name].query
    steps = np.arange(query.length)
    later, earlier = steps[:, None], steps[None, :]
    kept = later - earlier < query.window if name == "sliding" else later // query.window == earlier // query.window
    kept &= later >= earlier
    note = next(note for note in VIEWS["influence"].compute(NETWORKS[name], MEMO).notes if note.startswith("Truncated"))
    values = note.values
    assert (values["kept"], values["pairs"]) == (kept.sum(), len(steps) * (len(steps) + 1) // 2)
    assert values["share"] == pytest.approx(kept.sum() / values["pairs"])
    assert f"{kept.sum():,} are kept" in note


def test_causes_are_factors_of_the_whole_change() -> None:
    result = VIEWS["diagnosis"].compute(asked(length=40, hidden=6), MEMO)
    payload = result.payload()
    rows = VIEWS["influence"].compute(asked(length=40, hidden=6, norm="frobenius"), MEMO).log10_norm
    starts = np.unique(np.linspace(1, 20, 12).round().astype(int))
    change = np.mean([rows[k + 19, k - 1] - rows[k - 1, k - 1] for k in starts]) / 20
    assert payload["change"] == pytest.approx(change)
    assert sum(cause["log10_per_step"] for cause in payload["causes"]) == pytest.approx(change)
    assert payload["cause"].values["factor"] == payload["change"]
    for cause in payload["causes"]:
        part = f"{cause['label']} × {factor(cause['log10_per_step'])}"
        assert (part in payload["cause"]) == (abs(cause["log10_per_step"]) >= 0.002)
