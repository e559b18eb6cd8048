"""The panels across models: the same sequence and size, each panel the main picture of its model."""

from tests.models import DIRECT, RECURRENT
from tests.views.answers import answer, figure_of, own
from unrolled.core.models import MODELS
from unrolled.query.query import Query


def panels(**fields):
    """Return the panels by model."""
    return {panel["value"]: panel for panel in answer("models", **fields)["panels"]}


def test_every_model_has_a_panel_and_one_is_the_current():
    by_model = panels(model="gru", length=9, hidden=3)
    assert list(by_model) == list(MODELS)
    assert [name for name, panel in by_model.items() if panel["current"]] == ["gru"]
    assert [panel["label"] for panel in by_model.values()] == [model.label for model in MODELS.values()]


def test_a_panel_is_the_main_picture_of_its_model():
    fields = {"length": 12, "hidden": 4, "gain": 1.3, "chrono": 12, "wrt": "x"}
    by_model = panels(**fields)
    for name in RECURRENT:
        main = answer("influence", **fields, model=name)
        assert by_model[name]["log10_norm"] == main["log10_norm"]
        assert by_model[name]["summary"] == main["summary"]
        assert by_model[name]["link"] == Query.build(fields | {"model": name}).url()


def test_where_the_cell_is_queried_all_panels_show_the_output_and_say_so():
    fields = {"length": 8, "hidden": 3, "of": "c", "wrt": "c"}
    figure = figure_of("models", **fields, model="lstm")
    # Two kinds of derivative share the scale: its title names what they have in common.
    assert figure["layout"]["coloraxis"]["colorbar"]["title"]["text"].startswith("‖∂·<sub>t</sub>/∂·<sub>k</sub>‖")
    hovers = [trace["hovertemplate"] for trace in figure["data"] if trace["type"] == "heatmap"]
    assert {hover.split("<br>")[0] for hover in hovers if "∂o" in hover} == {DIRECT[name].label for name in DIRECT}
    assert {hover.split("<br>")[0] for hover in hovers if "∂h" in hover} == {
        RECURRENT[name].label for name in RECURRENT
    }
    by_model = panels(**fields, model="lstm")
    for name in RECURRENT:
        expected = answer("influence", **fields | {"model": name, "of": "h", "wrt": "h"})
        assert by_model[name]["log10_norm"] == expected["log10_norm"]
        assert "of=" not in by_model[name]["link"]


def test_full_states_are_compared_as_such():
    fields = {"model": "lstm", "length": 8, "hidden": 3, "of": "s", "wrt": "s"}
    by_model = panels(**fields)
    for name in RECURRENT:
        assert by_model[name]["log10_norm"] == answer("influence", **fields | {"model": name})["log10_norm"]


def test_the_chosen_cell_and_window_do_not_matter():
    fields = {"length": 20, "hidden": 3}
    inside = {"t": 9, "k": 3, "from": 4, "until": 6, "since": 8, "to": 12}
    assert answer("models", **fields, **inside) == answer("models", **fields)


def test_the_sentence_names_the_one_that_keeps_best():
    payload = answer("models", length=40, hidden=8, chrono=40)
    chained = [panel for panel in payload["panels"] if panel["value"] in RECURRENT]
    rates = {panel["label"]: abs(panel["summary"]["rate"]) for panel in chained}
    best = min(rates, key=rates.__getitem__)
    assert f" Closest to preserving the gradient: {best}. Not recurrent: " in payload["sentence"]
    assert all(f"{panel['label']}: " in payload["sentence"] for panel in payload["panels"])


def test_a_model_without_a_chain_has_its_reach_in_place_of_a_rate():
    by_model = panels(length=20, hidden=4, window=5)
    reach = {name: panel["summary"]["reach"] for name, panel in by_model.items()}
    assert reach == dict.fromkeys(RECURRENT, "") | {
        "mlp": "current input only",
        "window": "context of 5",
        "attention": "path length 1",
    }


def test_beside_a_model_without_a_state_all_panels_show_the_output_by_the_input():
    by_model = panels(model="attention", length=9, hidden=3)
    for name in MODELS:
        assert (by_model[name]["of"], by_model[name]["wrt"]) == ("o", "x")
        main = answer("influence", model=name, length=9, hidden=3, of="o", wrt="x")
        assert by_model[name]["log10_norm"] == main["log10_norm"]


def test_own_weights_fit_one_model():
    payload = answer("models", own([[0.5]], length=5))
    assert [panel["value"] for panel in payload["panels"]] == ["rnn"]
    assert payload["sentence"] == "Weights of one's own fit their own model only: there is nothing to compare."


def test_every_panel_shares_the_scale():
    figure = figure_of("models", length=9, hidden=3)
    maps = [trace for trace in figure["data"] if trace["type"] == "heatmap" and trace.get("showscale") is not False]
    assert len(maps) == len(MODELS)
    assert {trace.get("zmin", figure["layout"].get("coloraxis", {}).get("cmin")) for trace in maps} == {-6}


def test_the_reach_does_not_depend_on_the_sampled_lags():
    for resolution in (16, 200):
        summary = answer("influence", model="window", length=200, hidden=4, window=5, resolution=resolution)["summary"]
        assert (summary["reach"], summary["horizon"], summary["rate"]) == ("context of 5", 4, None)
        assert summary["sentence"] == "Each output depends on the last 5 inputs only."
