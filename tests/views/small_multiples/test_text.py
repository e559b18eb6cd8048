"""The sentences across activations that few networks bring about."""

from tests.views.answers import experiment, result_of
from unrolled.views.contract.view import LeftOut
from unrolled.views.small_multiples.activations import _sentence


def test_slopes_without_a_chain_may_be_alike_or_leave_float64():
    network = experiment(model="mlp", length=4, hidden=2)
    (panel, *_) = result_of("activations", network).panels
    alone = _sentence(network, (panel,), (LeftOut("elu", "ELU", "Too large."),))
    assert alone.startswith("No slope is multiplied along time: an output moves with its own input by ")
    assert alone.endswith(" under tanh. Under ELU it leaves float64: no picture.")
