"""An LSTM's gradient beside the shortcuts it is mistaken for, against plain loops."""

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.experiment.run import layer_of
from unrolled.runtime.memo import Memo

LSTM = {"model": "lstm", "length": 8, "hidden": 3, "init": "gaussian", "gain": 1.5, "forget_bias": 1}


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_every_curve_is_what_it_says(norm):
    network = experiment(**LSTM, norm=norm)
    payload, layer = answer("shortcuts", network), layer_of(network, Memo(2**26))
    assert isinstance(layer, LSTMTrace)
    factors, forget = layer.jacobians(np.arange(1, 9)), layer.unit_factors(np.arange(1, 9))["f"]
    assert payload["lag"] == list(range(8))
    along = layer.unit_factors(np.array([1]))["o"][0] * (1 - np.tanh(layer.c[1]) ** 2)

    def size(matrix):
        return np.log10(np.linalg.norm(matrix, 2 if norm == "spectral" else "fro"))

    # So short a sequence is followed to its end, from the first step only.
    product, blocks, gates = np.eye(6), np.eye(3), np.eye(3)
    for lag in range(8):
        if lag:
            product, blocks = factors[lag] @ product, factors[lag][:3, :3] @ blocks
            gates = np.diag(forget[lag]) @ gates
        assert payload["truth_h"][lag] == pytest.approx(size(product[:3, :3]), abs=1e-9)
        # c_1 moves h_1 with it.
        assert payload["truth_c"][lag] == pytest.approx(size(product[3:, 3:] + product[3:, :3] * along), abs=1e-9)
        assert payload["held_c"][lag] == pytest.approx(size(product[3:, 3:]), abs=1e-9)
        assert payload["blocks"][lag] == pytest.approx(size(blocks), abs=1e-9)
        assert payload["gates"][lag] == pytest.approx(size(gates), abs=1e-9)


def test_the_truth_is_what_the_triangle_shows():
    for part in ("h", "c"):
        row = answer("influence", **LSTM, of=part, wrt=part)["log10_norm"]
        truth = answer("shortcuts", **LSTM)[f"truth_{part}"]
        assert truth == pytest.approx([row[lag][0] for lag in range(8)], abs=1e-9)


def test_the_sentence_says_how_wrong_the_shortcuts_are():
    sentence = answer("shortcuts", **LSTM | {"length": 60})["sentence"]
    assert sentence.startswith("After 30 steps ∂h_t/∂h_k has the size 10^")
    assert "the product of its h-blocks says 10^" in sentence
    assert "the forget gates alone say 10^" in sentence
    assert "times too little" in sentence
    assert "With h_k held fixed, ∂c_t/∂c_k has 10^" in sentence


def test_at_the_first_lag_the_blocks_are_the_truth():
    payload = answer("shortcuts", **LSTM)
    assert payload["blocks"][:2] == pytest.approx(payload["truth_h"][:2])
    assert payload["blocks"][-1] < payload["truth_h"][-1]


def test_a_network_without_a_cell_gets_a_sentence_that_says_so():
    payload = answer("shortcuts", model="gru", length=8, hidden=2)
    assert payload["sentence"] == (
        "Only an LSTM has a cell beside its output, and shortcuts that leave it out: choose model=lstm."
    )
    assert all(payload[name] == [] for name in ("lag", "truth_h", "truth_c", "blocks", "gates", "held_c"))
    figure = figure_of("shortcuts", model="gru", length=8, hidden=2)
    assert figure["data"] == []
    assert figure["layout"]["annotations"][0]["text"] == "no cell, no shortcut"


def test_one_step_has_nothing_to_compare():
    assert answer("shortcuts", model="lstm", length=1)["sentence"] == "With one step there is nothing to compare."


def test_the_chosen_layer_is_compared():
    two = {"model": "lstm", "length": 9, "hidden": 3, "layers": 2}
    assert answer("shortcuts", **two, layer=1)["gates"] != answer("shortcuts", **two)["gates"]
    below = answer("shortcuts", model="lstm", length=9, hidden=3)
    assert below["lag"] == answer("shortcuts", **two, layer=1)["lag"]
