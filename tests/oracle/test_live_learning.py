"""The views of a loss beside ``torch.nn`` itself: its modules, its losses, its ``backward`` and its ``detach``."""

import importlib
from typing import Any

import numpy as np
import pytest

from tests.views.answers import answer, experiment
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


class TorchNetwork:
    """A query's network as a module of ``torch.nn``."""

    def __init__(self, question):
        self.torch = torch = importlib.import_module("torch")
        result, query = run(question, Memo(2**24)), question.query
        kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[query.model]
        more = {"nonlinearity": query.activation} if query.model == "rnn" else {}
        width = result.sequence.inputs.shape[1]
        self.net = kind(width, query.hidden, query.layers, dtype=torch.float64, **more)
        self.net.load_state_dict({name: torch.tensor(value) for name, value in result.parameters.items()})
        self.out = torch.nn.Linear(query.hidden, width, dtype=torch.float64)
        self.out.load_state_dict({name: torch.tensor(getattr(result.readout, name)) for name in ("weight", "bias")})
        self.inputs = torch.tensor(result.sequence.inputs)
        self.name = f"weight_hh_l{(query.layer or query.layers) - 1}"
        self.is_text, self.is_last = query.input == "text", query.loss == "last"

    def losses(self, begins):
        """Give L_1 … L_{T−1}, the state detached after each of these steps."""
        torch, state, losses = self.torch, None, []
        for t, x in enumerate(self.inputs[:-1]):
            if t in begins and state is not None:
                state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
            output, state = self.net(x[None], state)
            output, following = self.out(output[0]), self.inputs[t + 1]
            if self.is_text:
                losses.append(torch.nn.functional.cross_entropy(output, following.argmax()))
            else:
                losses.append(torch.nn.functional.mse_loss(output, following))
        return losses

    def gradient(self, begins=frozenset()):
        self.net.zero_grad()
        losses = self.losses(begins)
        (losses[-1] if self.is_last else sum(losses)).backward()
        return getattr(self.net, self.name).grad.numpy().copy()


@pytest.mark.parametrize("case", CASES)
def test_the_losses_and_their_gradient_are_those_of_torch(case):
    question = experiment(length=LENGTH, hidden=HIDDEN, **CASES[case])
    result, theirs = answer("credit", question), TorchNetwork(question)
    expected = [loss.item() for loss in theirs.losses(set())]
    assert result["losses"] == pytest.approx(expected[-1:] if theirs.is_last else expected, rel=1e-12)
    assert result["log10_gradient"] == pytest.approx(np.log10(np.linalg.norm(theirs.gradient())), abs=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_the_bias_of_detaching_is_that_of_torch(case):
    question = experiment(length=LENGTH, hidden=HIDDEN, **CASES[case])
    result, theirs = answer("bias", question), TorchNetwork(question)
    gradient = theirs.gradient()
    size = np.linalg.norm(gradient)
    for place, window in enumerate(result["windows"]):
        # The first cut falls after 0, 1, …, K − 1 steps, or at eight of these; one chunk of all losses is not cut.
        few = min(window, 8)
        cuts = [frozenset(range(index * window // few, LENGTH, window)) for index in range(few)]
        truncated = [theirs.gradient(cut) for cut in cuts] if window < LENGTH - 1 else [gradient]
        distances = [np.linalg.norm(each - gradient) / size for each in truncated]
        assert result["chunked"]["bias"][place] == pytest.approx(np.mean(distances), abs=1e-10)
        assert result["chunked"]["bias_highest"][place] == pytest.approx(max(distances), abs=1e-10)
        ratios = [np.linalg.norm(each) / size for each in truncated]
        assert result["chunked"]["ratio"][place] == pytest.approx(np.mean(ratios), rel=1e-9)
