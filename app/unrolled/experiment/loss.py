"""What a problem's network is to learn: its loss, and the way the gradient of the loss goes back."""

from collections.abc import Mapping

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.checks.loss import difference_check
from unrolled.core.loss.gradient import LossGraph, gradient, loss_graph
from unrolled.core.loss.losses import Targets, losses, next_targets
from unrolled.core.networks.network import Trace
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.run import Run, notes_of, run
from unrolled.runtime.memo import Memo

# What a loss and its gradient depend on.
LOSS_FIELDS = NETWORK_FIELDS | {"layer", "loss"}


def targets_of(experiment: Experiment, made: Run) -> Targets:
    """Find what the outputs of a problem's network should foretell; padding is nothing that comes next.

    Parameters
    ----------
    problem : Experiment
        Its ``loss`` says which steps count.
    made : Run
        The forward pass.

    Returns
    -------
    Targets
        The next inputs; own inputs are numbers, whatever ``input`` says.
    """
    sequence = made.sequence
    return next_targets(sequence.inputs, length=sequence.data_length, is_text=is_text(experiment)).for_loss(
        experiment.query.loss
    )


def is_text(experiment: Experiment) -> bool:
    """Tell whether characters are foretold rather than numbers."""
    return experiment.query.input == "text" and experiment.inputs is None


def layer_number(experiment: Experiment) -> int:
    """Give the number of the layer whose recurrent matrix is looked at, counted from 1."""
    return experiment.query.layers if experiment.query.layer is None else experiment.query.layer


def loss_of(experiment: Experiment, memo: Memo) -> LossGraph:
    """Measure the losses of a problem, and what they send back.

    Parameters
    ----------
    problem : Experiment
        The network, its input, its ``loss`` and the ``layer`` that is looked at.
    memo : Memo
        Remembers runs.

    Returns
    -------
    LossGraph
        The way from that layer's recurrent matrix up to the losses.

    Raises
    ------
    Overflow
        When a state or a loss leaves float64.
    """
    made = run(experiment, memo)
    return loss_graph(made.trace, made.readout, targets_of(experiment, made), layer_number(experiment))


def gradient_check(experiment: Experiment, memo: Memo) -> Check:
    """Hold the gradient of a problem's loss to the loss itself, once.

    Parameters
    ----------
    problem : Experiment
        The network and its loss.
    memo : Memo
        Remembers it.

    Returns
    -------
    Check
        A difference of the loss along a random direction of the recurrent matrix.
    """

    def hold() -> Check:
        way, made = loss_of(experiment, memo), run(experiment, memo)
        targets, name = targets_of(experiment, made), f"weight_hh_l{way.layer - 1}"

        def rerun(weight_hh: Array) -> tuple[Trace, Array]:
            parameters: Mapping[str, Array] = {**made.parameters, name: weight_hh}
            trace = made.network.run(parameters, made.sequence.inputs, experiment.initial)
            return trace, losses(made.readout.outputs(trace.layers[-1].h[1:]), targets)[0]

        return difference_check(way, gradient(way), rerun)

    return memo.get(("gradient check", experiment.key(LOSS_FIELDS)), hold)


def loss_notes(experiment: Experiment, memo: Memo, way: LossGraph) -> tuple[str, ...]:
    """Say what is foretold, and what was done to the sequence.

    Parameters
    ----------
    problem : Experiment
        The network and its loss.
    memo : Memo
        Remembers sequences.
    way : LossGraph
        Its losses.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    # Whatever is looked at elsewhere, here it is the outputs: of one's own weights the readout is no part.
    notes = notes_of(experiment.changed(of="o"), memo)
    measure = "cross-entropy in nats" if is_text(experiment) else "mean squared error"
    told = f"L_t is the {measure} of the next value, foretold by an untrained readout: o_t = W_ho h_t + b_ho."
    return (*notes, told) if way.last_step else notes
