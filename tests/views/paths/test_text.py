"""Sentences on paths and gradients, and the work as a formula."""

import pytest

from tests.views.answers import answer, experiment
from tests.views.paths.answers import SMALL, TEXT, rows
from unrolled.core.models import MODELS


@pytest.mark.parametrize("fields", [{}, {"key": 3, "window": 2}, TEXT | {"layers": 2, "hidden": 7}])
def test_the_formula_of_the_work_gives_its_number(fields):
    network = experiment(**SMALL | fields)
    query = network.query
    sizes = {"T": query.length, "H": query.hidden, "D": network.input_size, "K": query.window}
    sizes["d_k"] = query.hidden if query.key is None else query.key
    for row in rows(**fields).values():
        assert eval(row["formula"].replace("·", "*"), {}, dict(sizes)) == row["multiply_adds"]


def test_of_a_long_sequence_the_first_steps_are_compared_with_a_note():
    response = answer("paths", length=5000, hidden=2, t=4000, k=3000)
    assert response["t"] == 2048
    assert response["sentence"].endswith("All of them over the first 2,048 steps.")
    assert "10^" in response["sentence"]


def test_the_sentence_names_the_paths_and_the_gradient_that_arrives():
    sentence = answer("paths", **SMALL)["sentence"]
    assert sentence.startswith(
        "From x_1 to o_13 the shortest path has 1 step through attention and 12 steps through the RNN, the LSTM, "
        "the GRU and the minGRU; no path leads through the MLP or the window."
    )
    far = {name: row["cells"][-1]["log10_norm"] for name, row in rows().items() if row["cells"][-1]["path_length"]}
    assert max(far, key=far.__getitem__) == "attention"
    assert "∂o_13/∂x_1 is largest in attention" in sentence


def test_of_a_single_step_it_says_that_there_is_no_distance():
    assert answer("paths", length=1, hidden=2)["sentence"].startswith(
        "With one step there is no distance: x_1 and o_1 "
    )


def test_layers_count_for_all_but_attention_and_the_notes_say_so():
    assert {name: row["layers"] for name, row in rows(layers=3).items()} == dict.fromkeys(MODELS, 3) | {"attention": 1}
    assert any("one head in one layer" in note for note in answer("paths", **SMALL, layers=3)["notes"])
