"""Paths against closed forms and counting, gradients against automatic differentiation."""

from itertools import product

import numpy as np
import pytest
from autograd import jacobian

from tests.cases import few
from tests.models import DIRECT, RECURRENT
from tests.views.answers import answer, experiment, own, size
from tests.views.paths.answers import SMALL, TEXT, curves, numbers, rows
from tests.views.paths.forward_passes import last_output
from unrolled.core.feedforward.attention import AttentionNetwork
from unrolled.core.models import MODELS
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.paths import measure as paths_measure
from unrolled.views.paths.measure import experiment_of, is_carried_back

NORMS = ("spectral", "frobenius")


@pytest.mark.parametrize(
    ("length", "window", "layers"),
    few(
        [(*size, layers) for size in ((2, 1), (13, 5), (13, 40), (300, 7)) for layers in (1, 3)],
        [(2, 1, 1), (13, 5, 3), (13, 40, 1)],
    ),
)
def test_paths_are_those_of_table_1(length, window, layers):
    response = answer("paths", length=length, hidden=2, window=window, layers=layers)
    lags = response["lag"]
    assert {0, length - 1} <= set(lags)
    expected = {
        "mlp": [0 if lag == 0 else None for lag in lags],
        "window": [min(lag, 1) if lag < window else None for lag in lags],
        "attention": [min(lag, 1) for lag in lags],
    } | dict.fromkeys(RECURRENT, lags)
    assert {row["name"]: row["path_length"] for row in response["curves"]} == expected
    longest = {row["name"]: (row["max_path_length"], row["reach"]) for row in response["models"]}
    inside = min(window, length) - 1
    assert longest == dict.fromkeys(RECURRENT, (length - 1, length - 1)) | {
        "mlp": (None, 0),
        "window": (1 if inside else None, inside),
        "attention": (1, length - 1),
    }
    depth = {row["name"]: row["sequential_operations"] for row in response["models"]}
    assert depth == dict.fromkeys(RECURRENT, length + layers) | {
        "mlp": layers + 1,
        "window": layers + 1,
        "attention": 3,
    }


@pytest.mark.parametrize("fields", [{}, TEXT | {"layers": 3, "key": 2}])
def test_parameters_are_the_entries_of_the_arrays_that_are_drawn(fields):
    network, memo = experiment(**SMALL | fields), Memo(2**24)
    for name, row in rows(**fields).items():
        one = experiment_of(network, name)
        if name in DIRECT:
            count = sum(array.size for array in run(one, memo).parameters.values())
        else:
            forward_run = run(one, memo)
            count = sum(array.size for array in forward_run.parameters.values()) + forward_run.readout.weight.size
            count += forward_run.readout.bias.size
        assert row["parameters"] == count


DEEP = TEXT | {"layers": 2, "hidden": 6}


@pytest.mark.parametrize(
    ("fields", "norm"), few(product(({}, TEXT, DEEP), NORMS), [({}, "spectral"), (DEEP, "frobenius")]), ids=str
)
def test_every_size_is_that_of_autograd(fields, norm):
    measured = curves(**fields, norm=norm)
    for name in MODELS:
        network = experiment_of(experiment(**SMALL | fields), name)
        truth = jacobian(last_output(network))(sequence_of(network, Memo(2**24)).inputs)
        for lag, log10 in enumerate(measured[name]["log10_norm"]):
            expected = size(truth[:, SMALL["length"] - 1 - lag], norm)
            assert (0.0 if log10 is None else 10.0**log10) == pytest.approx(expected, rel=1e-9, abs=1e-300), name


def test_a_row_is_the_last_one_of_the_triangle():
    measured = curves()
    for name in MODELS:
        triangle = answer("influence", **SMALL, model=name, of="o", wrt="x")["log10_norm"]
        np.testing.assert_allclose(numbers(measured[name]["log10_norm"]), numbers(triangle[-1][::-1]), rtol=1e-12)


def test_a_row_by_vector_jacobian_products_equals_the_one_from_blocks(monkeypatch):
    """Whichever is less work; both are computed here."""
    before = {name: curve["log10_norm"] for name, curve in curves(**TEXT).items()}
    is_by_rows = [is_carried_back(experiment_of(experiment(**SMALL | TEXT), name)) for name in RECURRENT]
    monkeypatch.setattr(paths_measure, "is_carried_back", lambda network: not is_by_rows[0])
    for name, curve in curves(**TEXT).items():
        np.testing.assert_allclose(numbers(curve["log10_norm"]), numbers(before[name]), rtol=1e-10)
    assert len(set(is_by_rows)) == 1


def test_large_states_use_vector_jacobian_products_and_long_sequences_do_not():
    assert is_carried_back(experiment_of(experiment(hidden=128), "lstm"))
    assert not is_carried_back(experiment_of(experiment(length=2000), "lstm"))


@pytest.mark.parametrize(
    ("length", "kind"), few(product((13, 15), ("chunked", "sliding")), [(15, "chunked"), (13, "sliding")])
)
def test_a_truncation_ends_the_paths_of_recurrent_models_alone(kind, length):
    full, truncated = curves(length=length), curves(length=length, truncation=kind)
    lags = answer("paths", **SMALL | {"length": length})["lag"]
    for name in MODELS:
        assert truncated[name]["log10_norm_full"] == full[name]["log10_norm"]
        if name in DIRECT:
            assert truncated[name] == full[name]
            continue
        reach = {"sliding": 5, "chunked": (length - 1) % 5 + 1}[kind]
        assert truncated[name]["path_length"] == [lag if lag < reach else None for lag in lags]
        assert truncated[name]["log10_norm"] == [
            size if lag < reach else None for lag, size in zip(lags, full[name]["log10_norm"], strict=True)
        ]
    table = rows(length=length, truncation=kind)
    assert {table[name]["max_path_length"] for name in RECURRENT} == {4}
    assert [cell["cut"] for cell in table["rnn"]["cells"]][-1]
    assert not any(cell["cut"] for name in DIRECT for cell in table[name]["cells"])
    response = answer("paths", **SMALL, truncation=kind)
    assert "The truncation cuts the chain of the RNN, the LSTM, the GRU and the minGRU." in response["sentence"]
    assert any(kind in note for note in response["notes"])


def test_attention_without_a_query_gives_every_distance_the_same(monkeypatch):
    """With W_q = 0 all weights are 1/t, and ∂o_t/∂x_k = W_o W_v W_e / t for every k < t (closed form)."""

    draw = AttentionNetwork.draw

    def without_query(*arguments):
        arrays = draw(*arguments)
        return arrays | {name: 0.0 * arrays[name] for name in arrays if name.endswith("_q")}

    monkeypatch.setattr(AttentionNetwork, "draw", without_query)
    parameters = run(experiment_of(experiment(**SMALL), "attention"), Memo(2**24)).parameters
    expected = size(parameters["weight_o"] @ parameters["weight_v"] @ parameters["weight_e"], "spectral") / 13
    np.testing.assert_allclose(curves()["attention"]["log10_norm"][1:], np.log10(expected), rtol=1e-12)


def test_a_linear_network_keeps_the_power_of_its_matrix():
    response = answer("paths", own([[0.5]], length=9))
    assert [row["name"] for row in response["models"]] == ["rnn"]
    sizes = np.array(response["curves"][0]["log10_norm"])
    np.testing.assert_allclose(np.diff(sizes), np.log10(0.5), rtol=1e-12)
    assert any("nothing to compare" in note for note in response["notes"])


def test_a_path_may_lead_where_exactly_nothing_arrives():
    cell = rows(gain=0)["rnn"]["cells"][-1]
    assert (cell["path_length"], cell["log10_norm"], cell["cut"]) == (12, None, False)
    assert "smallest in the RNN and attention, exactly 0." in answer("paths", **SMALL, gain=0)["sentence"]


def test_a_model_that_leaves_float64_is_left_out_with_the_reason():
    fields = {"model": "lstm", "activation": "relu", "gain": 10.0, "length": 600, "hidden": 8}
    response = answer("paths", **fields)
    assert [row["name"] for row in response["left_out"]] == ["rnn"]
    assert "leaves the range of float64" in response["left_out"][0]["reason"]
    assert "rnn" not in [row["name"] for row in response["models"]]
    assert all(check.passed for check in VIEWS["paths"].checks(experiment(**fields), Memo(2**26)))
