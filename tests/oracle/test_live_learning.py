"""The views of a loss beside ``torch.nn`` itself: its modules, its losses, its ``backward`` and its ``detach``."""

import importlib
from typing import Any

import numpy as np
import pytest

from tests.views.asking import answer, experiment
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo

pytestmark = pytest.mark.oracle

CASES: dict[str, dict[str, Any]] = {
    "rnn": {"activation": "relu", "gain": 1.4, "init": "gaussian"},
    "lstm": {"model": "lstm", "layers": 2, "layer": 1},
    "gru": {"model": "gru", "layers": 2, "loss": "last"},
    "text": {"model": "gru", "input": "text"},
}
LENGTH, HIDDEN = 15, 5


class Theirs:
    """A query's network as a module of ``torch.nn``."""

    def __init__(self, asked):
        self.torch = torch = importlib.import_module("torch")
        made, query = run(asked, Memo(2**24)), asked.query
        kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[query.model]
        more = {"nonlinearity": query.activation} if query.model == "rnn" else {}
        width = made.sequence.inputs.shape[1]
        self.net = kind(width, query.hidden, query.layers, dtype=torch.float64, **more)
        self.net.load_state_dict({name: torch.tensor(value) for name, value in made.parameters.items()})
        self.out = torch.nn.Linear(query.hidden, width, dtype=torch.float64)
        self.out.load_state_dict({name: torch.tensor(getattr(made.readout, name)) for name in ("weight", "bias")})
        self.inputs = torch.tensor(made.sequence.inputs)
        self.name = f"weight_hh_l{(query.layer or query.layers) - 1}"
        self.is_text, self.is_last = query.input == "text", query.loss == "last"

    def losses(self, begins):
        """Give L_1 … L_{T−1}, the state detached after each of these steps."""
        torch, state, found = self.torch, None, []
        for t, x in enumerate(self.inputs[:-1]):
            if t in begins and state is not None:
                state = tuple(each.detach() for each in state) if isinstance(state, tuple) else state.detach()
            told, state = self.net(x[None], state)
            told, following = self.out(told[0]), self.inputs[t + 1]
            if self.is_text:
                found.append(torch.nn.functional.cross_entropy(told, following.argmax()))
            else:
                found.append(torch.nn.functional.mse_loss(told, following))
        return found

    def gradient(self, begins=frozenset()):
        self.net.zero_grad()
        found = self.losses(begins)
        (found[-1] if self.is_last else sum(found)).backward()
        return getattr(self.net, self.name).grad.numpy().copy()


@pytest.mark.parametrize("case", CASES)
def test_the_losses_and_their_gradient_are_those_of_torch(case):
    asked = experiment(length=LENGTH, hidden=HIDDEN, **CASES[case])
    found, theirs = answer("credit", asked), Theirs(asked)
    expected = [each.item() for each in theirs.losses(set())]
    assert found["losses"] == pytest.approx(expected[-1:] if theirs.is_last else expected, rel=1e-12)
    assert found["log10_gradient"] == pytest.approx(np.log10(np.linalg.norm(theirs.gradient())), abs=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_the_bias_of_detaching_is_that_of_torch(case):
    asked = experiment(length=LENGTH, hidden=HIDDEN, **CASES[case])
    found, theirs = answer("bias", asked), Theirs(asked)
    whole = theirs.gradient()
    for place, window in enumerate(found["windows"]):
        cut = theirs.gradient(frozenset(range(0, LENGTH, window)))
        distance = np.linalg.norm(cut - whole) / np.linalg.norm(whole)
        assert found["chunked"]["bias"][place] == pytest.approx(distance, abs=1e-10)
        assert found["chunked"]["ratio"][place] == pytest.approx(np.linalg.norm(cut) / np.linalg.norm(whole), rel=1e-9)
