"""The checks that every answer carries notice a wrong derivative, and pass on a right one."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import experiment
from unrolled.core.networks.cells.gru import GRUTrace
from unrolled.core.networks.cells.lstm import LSTMTrace
from unrolled.core.networks.cells.rnn import RNNTrace
from unrolled.core.norms.triangle import triangle
from unrolled.service.answers import Answers, figure_of
from unrolled.settings import Settings
from unrolled.views import VIEWS


def failed(view="influence", **fields):
    """Return the names of the laws that an answer breaks, as its JSON and its figure list them."""
    answers, network = Answers(Settings(threads=1)), experiment(**{"length": 12, "hidden": 3} | fields)
    timed = answers.result(VIEWS[view], network)
    laws = timed.checks_payload()
    assert figure_of(VIEWS[view], network, timed)["layout"]["meta"]["checks"] == laws
    return {law["name"] for law in laws if not law["passed"]}


def transposed(name, class_, monkeypatch):
    """Plant the classical mistake."""
    right = getattr(class_, name)
    monkeypatch.setattr(class_, name, lambda self, steps: right(self, steps).swapaxes(1, 2))


def louder(class_, monkeypatch, factor):
    """Plant a slope that is slightly too large, where products are computed."""
    right = class_.left_multiply

    def left_multiply(self, steps, products):
        moved, powers = right(self, steps, products)
        return factor * moved, powers

    monkeypatch.setattr(class_, "left_multiply", left_multiply)


def wrong_triangle(*arguments):
    """Measure a triangle a little wrong."""
    log10_norm = triangle(*arguments)
    return log10_norm + np.where(np.isfinite(log10_norm), 1e-3, 0.0)


@pytest.mark.parametrize("fields", [{"model": "rnn"}, {"model": "lstm"}, {"model": "gru"}, {"layers": 2, "origin": 1}])
def test_a_true_derivative_breaks_no_law(fields):
    assert failed(**fields) == set()


def test_a_transposed_jacobian_of_an_lstm_is_noticed(monkeypatch):
    """The picture is computed without any full Jacobian; the cells that are multiplied again are computed from them."""
    transposed("jacobians", LSTMTrace, monkeypatch)
    assert failed(model="lstm") == {"cells", "composition"}


@pytest.mark.parametrize("reset", ["after", "before"])
def test_a_transposed_jacobian_of_a_gru_is_noticed(reset, monkeypatch):
    transposed("jacobians", GRUTrace, monkeypatch)
    assert failed(model="gru", reset=reset) & {"adjoint", "derivative", "composition"}


# A loss goes back by the equations of backpropagation, not by products: see test_credit.py and test_bias.py.
CHECKED = [view for view in VIEWS if view not in ("credit", "bias")]
TRACES = [("rnn", RNNTrace), ("lstm", LSTMTrace)]


@pytest.mark.parametrize(
    ("view", "trace"),
    few(product(CHECKED, TRACES), [(view, TRACES[place % 2]) for place, view in enumerate(CHECKED)]),
)
def test_a_factor_that_is_a_millionth_too_large_is_noticed_in_every_view(view, trace, monkeypatch):
    model, class_ = trace
    louder(class_, monkeypatch, 1 + 1e-6)
    assert failed(view, model=model) & {"adjoint", "derivative"}


def test_a_forgotten_gate_is_noticed(monkeypatch):
    """The shortcut of the textbooks: the cell alone, without the gates that h moves."""
    right = LSTMTrace.left_multiply

    def left_multiply(self, steps, products):
        size = self.hidden_size
        without_gate = products.copy()
        without_gate[:, :, :size] = 0.0
        return right(self, steps, without_gate)

    monkeypatch.setattr(LSTMTrace, "left_multiply", left_multiply)
    assert failed(model="lstm", of="c", wrt="c") & {"adjoint", "derivative"}


def test_a_wrong_bound_is_noticed(monkeypatch):
    monkeypatch.setattr(
        "unrolled.core.behaviour.bounds.WeightBounds.per_step", property(lambda self: 0.5 * self.sigma_max)
    )
    assert failed(activation="identity", init="orthogonal", gain=1.0) == {"bound"}


def test_one_wrong_cell_of_a_small_picture_is_noticed(monkeypatch):
    monkeypatch.setattr("unrolled.core.derivatives.chain.triangle", wrong_triangle)
    assert failed() >= {"cells", "diagonal"}


def test_a_window_is_held_to_its_own_cells(monkeypatch):
    """Only the cells of the window are wrong here; the whole triangle, which is not shown then, is right."""
    window = {"length": 60, "from": 10, "until": 20, "since": 15, "to": 33}
    assert failed(**window) == set()

    monkeypatch.setattr("unrolled.core.derivatives.chain.triangle", wrong_triangle)
    assert failed(**window) == {"cells"}
