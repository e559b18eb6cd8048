"""What an experiment's network is to learn: its loss, and the graph along which the gradient of the loss goes back."""

from collections.abc import Mapping
from dataclasses import replace

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.checks.loss import difference_check, losses_check
from unrolled.core.cost.derivative import Cost
from unrolled.core.cost.loss import difference_cost
from unrolled.core.loss.gradient import LossGraph, gradient, loss_graph
from unrolled.core.loss.losses import Targets, losses, next_targets
from unrolled.core.networks.network import Trace
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import Run, notes_of, run
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo

# What a loss and its gradient depend on.
LOSS_FIELDS = NETWORK_FIELDS | {"layer", "loss"}

_CROSS_ENTROPY = (
    "L_t is the cross-entropy in nats of the next value, foretold by an untrained readout: o_t = W_ho h_t + b_ho."
)
_SQUARED_ERROR = (
    "L_t is the mean squared error of the next value, foretold by an untrained readout: o_t = W_ho h_t + b_ho."
)


def targets_of(experiment: Experiment, forward: Run) -> Targets:
    """Give what the outputs should predict: the next inputs, own ones as numbers; padding is nothing to predict."""
    sequence = forward.sequence
    return next_targets(sequence.inputs, length=sequence.data_length, is_text=is_text(experiment)).for_loss(
        experiment.query.loss
    )


def is_text(experiment: Experiment) -> bool:
    """Tell whether characters are predicted rather than numbers."""
    return experiment.query.input == "text" and experiment.inputs is None


def layer_number(experiment: Experiment) -> int:
    """Give the number of the layer whose recurrent matrix is looked at, counted from 1."""
    return experiment.query.layers if experiment.query.layer is None else experiment.query.layer


def loss_of(experiment: Experiment, memo: Memo) -> LossGraph:
    """Measure the losses, and the graph from the layer's recurrent matrix to them.

    Raises Overflow when a state or a loss leaves float64.
    """
    forward = run(experiment, memo)
    return loss_graph(forward.stack, forward.readout, targets_of(experiment, forward), layer_number(experiment))


def gradient_check(experiment: Experiment, memo: Memo) -> Check:
    """Hold the gradient to a difference of the loss along a random direction of the recurrent matrix, once."""
    return remembered("gradient check", LOSS_FIELDS, _gradient_check, experiment, memo)


def _gradient_check(experiment: Experiment, memo: Memo) -> Check:
    graph, forward = loss_of(experiment, memo), run(experiment, memo)
    targets, name = targets_of(experiment, forward), f"weight_hh_l{graph.layer - 1}"

    def rerun(weight_hh: Array) -> tuple[Trace, Array]:
        parameters: Mapping[str, Array] = {**forward.parameters, name: weight_hh}
        again = replace(forward, trace=forward.network.run(parameters, forward.sequence.inputs, experiment.initial))
        return again.stack, losses(forward.readout.outputs(again.trace.hidden()), targets)[0]

    return difference_check(graph, gradient(graph), rerun)


def losses_check_of(experiment: Experiment, memo: Memo) -> Check:
    """Hold the losses to their formula."""
    forward, sequence = run(experiment, memo), run(experiment, memo).sequence
    outputs = forward.trace.hidden() @ forward.readout.weight.T + forward.readout.bias
    data, is_text_ = sequence.inputs[: sequence.data_length], is_text(experiment)
    return losses_check(loss_of(experiment, memo), outputs, data, loss=experiment.query.loss, is_text=is_text_)


def gradient_check_cost(experiment: Experiment) -> Cost:
    """Count that check."""
    return difference_cost(size_of(experiment), experiment.query.layers - layer_number(experiment) + 1)


def loss_notes(experiment: Experiment, memo: Memo, graph: LossGraph) -> tuple[str, ...]:
    """Say what is predicted, and what was done to the sequence, a sentence each."""
    # Whatever is looked at elsewhere, here it is the outputs: of one's own weights the readout is no part.
    notes = notes_of(experiment.changed(of="o"), memo)
    return (*notes, _CROSS_ENTROPY if is_text(experiment) else _SQUARED_ERROR) if graph.last_step else notes
