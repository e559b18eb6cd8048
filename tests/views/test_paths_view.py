"""Paths against closed forms and counting, gradients against another way to differentiate, and what is said of both."""

import numpy as np
import pytest
from autograd import jacobian

from tests.views.asking import answer, ask, drawn, experiment, own, size
from tests.views.forward_passes import last_output
from unrolled.core.feedforward.network import direct_parameters
from unrolled.core.networks.registry import DIRECT, EVERY_MODEL, MODELS
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import direct_run, run
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.paths import measure as paths_measure
from unrolled.views.paths.measure import experiment_of, is_carried_back

SMALL = {"length": 13, "hidden": 4, "window": 5}
TEXT = {"input": "text", "text": "abcab cabbac"}


def curves(**fields):
    """Give the curves by model."""
    return {each["name"]: each for each in answer("paths", **SMALL | fields)["curves"]}


def rows(**fields):
    """Give the rows of the table by model."""
    return {each["name"]: each for each in answer("paths", **SMALL | fields)["models"]}


def numbers(sizes):
    """Put −∞ where nothing arrives."""
    return np.array([-np.inf if each is None else each for each in sizes])


def test_every_model_has_a_row_and_one_is_the_current():
    found = rows(model="gru")
    assert list(found) == list(EVERY_MODEL)
    assert [name for name, row in found.items() if row["current"]] == ["gru"]


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(("length", "window"), [(2, 1), (13, 5), (13, 40), (300, 7)])
def test_paths_are_those_of_table_1(length, window, layers):
    found = answer("paths", length=length, hidden=2, window=window, layers=layers)
    lags = found["lag"]
    assert {0, length - 1} <= set(lags)
    expected = {
        "mlp": [0 if lag == 0 else None for lag in lags],
        "window": [min(lag, 1) if lag < window else None for lag in lags],
        "attention": [min(lag, 1) for lag in lags],
    } | dict.fromkeys(MODELS, lags)
    assert {each["name"]: each["path_length"] for each in found["curves"]} == expected
    longest = {each["name"]: (each["max_path_length"], each["reach"]) for each in found["models"]}
    inside = min(window, length) - 1
    assert longest == dict.fromkeys(MODELS, (length - 1, length - 1)) | {
        "mlp": (None, 0),
        "window": (1 if inside else None, inside),
        "attention": (1, length - 1),
    }
    depth = {each["name"]: each["sequential_operations"] for each in found["models"]}
    assert depth == dict.fromkeys(MODELS, length + layers) | {
        "mlp": layers + 1,
        "window": layers + 1,
        "attention": 3,
    }


@pytest.mark.parametrize("fields", [{}, {"key": 3, "window": 2}, TEXT | {"layers": 2, "hidden": 7}])
def test_the_formula_of_the_work_gives_its_number(fields):
    asked = experiment(**SMALL | fields)
    query = asked.query
    sizes = {"T": query.length, "H": query.hidden, "D": asked.input_size, "K": query.window}
    sizes["d_k"] = query.hidden if query.key is None else query.key
    for row in rows(**fields).values():
        assert eval(row["formula"].replace("·", "*"), {}, dict(sizes)) == row["multiply_adds"]


@pytest.mark.parametrize("fields", [{}, TEXT | {"layers": 3, "key": 2}])
def test_parameters_are_the_entries_of_the_arrays_that_are_drawn(fields):
    asked, memo = experiment(**SMALL | fields), Memo(2**24)
    for name, row in rows(**fields).items():
        one = experiment_of(asked, name)
        if name in DIRECT:
            count = sum(each.size for each in direct_run(one, memo).parameters.values())  # type: ignore[attr-defined]
        else:
            made = run(one, memo)
            count = sum(each.size for each in made.parameters.values()) + made.readout.weight.size
            count += made.readout.bias.size
        assert row["parameters"] == count


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("fields", [{}, TEXT, TEXT | {"layers": 2, "hidden": 6}], ids=str)
@pytest.mark.parametrize("name", EVERY_MODEL)
def test_every_size_is_that_of_autograd(name, fields, norm):
    asked = experiment_of(experiment(**SMALL | fields), name)
    truth = jacobian(last_output(asked))(sequence_of(asked, Memo(2**24)).inputs)
    found = curves(**fields, norm=norm)[name]["log10_norm"]
    for lag, log10 in enumerate(found):
        expected = size(truth[:, SMALL["length"] - 1 - lag], norm)
        assert (0.0 if log10 is None else 10.0**log10) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_row_is_the_last_one_of_the_triangle():
    for name in EVERY_MODEL:
        triangle = answer("influence", **SMALL, model=name, of="o", wrt="x")["log10_norm"]
        np.testing.assert_allclose(numbers(curves()[name]["log10_norm"]), numbers(triangle[-1][::-1]), rtol=1e-12)


def test_a_row_carried_back_is_the_one_made_of_blocks(monkeypatch):
    """Whichever is less work; both are asked for here."""
    before = {name: each["log10_norm"] for name, each in curves(**TEXT).items()}
    carried = [is_carried_back(experiment_of(experiment(**SMALL | TEXT), name)) for name in MODELS]
    monkeypatch.setattr(paths_measure, "is_carried_back", lambda asked: not carried[0])
    for name, each in curves(**TEXT).items():
        np.testing.assert_allclose(numbers(each["log10_norm"]), numbers(before[name]), rtol=1e-10)
    assert len(set(carried)) == 1


def test_large_states_are_carried_and_long_sequences_are_not():
    assert is_carried_back(experiment_of(experiment(hidden=128), "lstm"))
    assert not is_carried_back(experiment_of(experiment(length=2000), "lstm"))


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
@pytest.mark.parametrize("length", [13, 15])
def test_a_truncation_ends_the_paths_of_recurrent_models_alone(kind, length):
    whole, cut = curves(length=length), curves(length=length, truncation=kind)
    lags = answer("paths", **SMALL | {"length": length})["lag"]
    for name in EVERY_MODEL:
        assert cut[name]["log10_norm_full"] == whole[name]["log10_norm"]
        if name in DIRECT:
            assert cut[name] == whole[name]
            continue
        left = {"sliding": 5, "chunked": (length - 1) % 5 + 1}[kind]
        assert cut[name]["path_length"] == [lag if lag < left else None for lag in lags]
        assert cut[name]["log10_norm"] == [
            size if lag < left else None for lag, size in zip(lags, whole[name]["log10_norm"], strict=True)
        ]
    table = rows(length=length, truncation=kind)
    assert {table[name]["max_path_length"] for name in MODELS} == {4}
    assert [cell["cut"] for cell in table["rnn"]["cells"]][-1]
    assert not any(cell["cut"] for name in DIRECT for cell in table[name]["cells"])
    said = answer("paths", **SMALL, truncation=kind)
    assert "The truncation cuts the chain of the RNN, the LSTM and the GRU." in said["sentence"]
    assert any(kind in note for note in said["notes"])


def test_the_table_has_some_distances_of_the_curves():
    found = answer("paths", length=32, hidden=3)
    assert found["told"] == [1, 8, 16, 31]
    for row, curve in zip(found["models"], found["curves"], strict=True):
        for cell in row["cells"]:
            place = found["lag"].index(cell["lag"])
            assert cell["k"] == 32 - cell["lag"]
            assert cell["path_length"] == curve["path_length"][place]
            assert cell["log10_norm"] == curve["log10_norm"][place]


def test_attention_without_a_query_gives_every_distance_the_same(monkeypatch):
    """With W_q = 0 all weights are 1/t, and ∂o_t/∂x_k = W_o W_v W_e / t for every k < t (closed form)."""

    def unasked(*given):
        drawn = direct_parameters(*given)
        return drawn | {name: 0.0 * drawn[name] for name in drawn if name.endswith("_q")}

    monkeypatch.setattr("unrolled.experiment.run.direct_parameters", unasked)
    given = direct_run(experiment_of(experiment(**SMALL), "attention"), Memo(2**24)).parameters  # type: ignore[attr-defined]
    expected = size(given["weight_o"] @ given["weight_v"] @ given["weight_e"], "spectral") / 13
    np.testing.assert_allclose(curves()["attention"]["log10_norm"][1:], np.log10(expected), rtol=1e-12)


def test_a_linear_network_keeps_the_power_of_its_matrix():
    found = answer("paths", own([[0.5]], length=9))
    assert [each["name"] for each in found["models"]] == ["rnn"]
    sizes = np.array(found["curves"][0]["log10_norm"])
    np.testing.assert_allclose(np.diff(sizes), np.log10(0.5), rtol=1e-12)
    assert any("nothing to compare" in note for note in found["notes"])


def test_a_path_may_lead_where_exactly_nothing_arrives():
    cell = rows(gain=0)["rnn"]["cells"][-1]
    assert (cell["path_length"], cell["log10_norm"], cell["cut"]) == (12, None, False)
    assert "smallest in the RNN and attention, exactly 0." in answer("paths", **SMALL, gain=0)["sentence"]


def test_a_model_that_leaves_float64_is_left_out_with_the_reason():
    asked = {"model": "lstm", "activation": "relu", "gain": 10.0, "length": 600, "hidden": 8}
    found = answer("paths", **asked)
    assert [each["name"] for each in found["left_out"]] == ["rnn"]
    assert "leaves the range of float64" in found["left_out"][0]["reason"]
    assert "rnn" not in [each["name"] for each in found["models"]]
    assert all(check.passed for check in VIEWS["paths"].checks(experiment(**asked), Memo(2**26)))


def test_of_a_long_sequence_the_first_steps_are_compared_and_that_is_said():
    found = answer("paths", length=5000, hidden=2, t=4000, k=3000)
    assert found["t"] == 2048
    assert found["sentence"].endswith("All of them over the first 2,048 steps.")
    assert "10^" in found["sentence"]


def test_the_sentence_names_the_ways_and_what_arrives():
    said = answer("paths", **SMALL)["sentence"]
    assert said.startswith(
        "From x_1 to o_13 the shortest path has 1 step through attention and 12 steps through the RNN, the LSTM and "
        "the GRU; no path leads through the MLP or the window."
    )
    far = {name: row["cells"][-1]["log10_norm"] for name, row in rows().items() if row["cells"][-1]["path_length"]}
    assert max(far, key=far.__getitem__) == "attention"
    assert "∂o_13/∂x_1 is largest in attention" in said


def test_layers_count_for_all_but_attention_and_the_notes_say_so():
    assert {name: row["layers"] for name, row in rows(layers=3).items()} == dict.fromkeys(EVERY_MODEL, 3) | {
        "attention": 1
    }
    assert any("one head in one layer" in note for note in answer("paths", **SMALL, layers=3)["notes"])


def test_the_figure_has_a_curve_for_every_model_and_faint_ones_for_what_is_cut():
    names = [trace["name"] for trace in drawn("paths", **SMALL)["data"]]
    assert names == [model.label for model in EVERY_MODEL.values()]
    cut = drawn("paths", **SMALL, truncation="sliding")
    assert [trace["name"] for trace in cut["data"]][6:] == [f"{MODELS[name].label}, cut off" for name in MODELS]
    assert all(trace["opacity"] < 0.5 and not trace["showlegend"] for trace in cut["data"][6:])
    assert len(cut["layout"]["meta"]["table"]["models"]) == 6


def test_columns_and_arrays_have_every_distance_of_every_model():
    result = ask("paths", **SMALL, truncation="sliding")
    columns, arrays = result.columns(), result.arrays()
    assert {len(column) for column in columns.values()} == {6 * 13}
    assert columns["path_length"][-1] == "1"
    assert columns["max_path_length"][3 * 13] == ""
    assert arrays["path_length"].shape == arrays["log10_norm"].shape == (6, 13)
    assert np.isnan(arrays["log10_norm"][:3, 5:]).all()
    assert (arrays["log10_norm"][3, 1:] == -np.inf).all()
    assert arrays["max_path_length"].tolist() == [4, 4, 4, -1, 1, 1]
