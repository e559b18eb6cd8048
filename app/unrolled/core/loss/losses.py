"""How well an output o_t foretells the next input: squared error of real numbers, cross-entropy of characters."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.overflow import require_finite
from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class Targets:
    """What comes next, for every step that has a next value.

    Attributes
    ----------
    steps : array of shape (n,)
        Those steps t, 1-based, rising.
    values : array of shape (n, D)
        x_{t+1}; of a text its one-hot vector, whatever its amplitude.
    is_text : bool
        Whether a class is foretold rather than numbers.
    """

    steps: Steps
    values: Array
    is_text: bool

    def __len__(self) -> int:
        """How many steps have a next value."""
        return len(self.steps)

    def for_loss(self, loss: str) -> "Targets":
        """Take those that count.

        Parameters
        ----------
        loss : {"sum", "last"}
            All of them, or the last one alone.

        Returns
        -------
        Targets
            Those.
        """
        return self if loss == "sum" else Targets(self.steps[-1:], self.values[-1:], self.is_text)


def next_targets(inputs: Array, *, length: int | None = None, is_text: bool = False) -> Targets:
    """Find what each step's output should have foretold.

    Parameters
    ----------
    inputs : array of shape (T, D)
        x_1 … x_T.
    length : int, optional
        How many steps are data; what follows is padding and no target.
    is_text : bool
        Whether the inputs are one-hot vectors times an amplitude; the class is the largest entry, a zero row has none.

    Returns
    -------
    Targets
        Of the steps t = 1 … T − 1 that have a next value.
    """
    following = inputs[1:length]
    steps = np.arange(1, len(following) + 1, dtype=np.int64)
    if not is_text:
        return Targets(steps, following, is_text=False)
    present = following.any(axis=1)
    hot = np.eye(inputs.shape[1])[following[present].argmax(axis=1)]
    return Targets(steps[present], hot, is_text=True)


def losses(outputs: Array, targets: Targets) -> tuple[Array, Array]:
    """Measure every step's loss L_t.

    Parameters
    ----------
    outputs : array of shape (T, O)
        o_1 … o_T of any model; O = D.
    targets : Targets
        n steps with what should have come.

    Returns
    -------
    values : array of shape (n,)
        The mean over the D entries of (o_t − x_{t+1})², as ``torch.nn.MSELoss``; for characters the cross-entropy of
        softmax(o_t) in nats, as ``torch.nn.CrossEntropyLoss``.
    gradients : array of shape (n, O)
        ∂L_t/∂o_t.

    Raises
    ------
    Overflow
        When a loss leaves float64; it names the step.
    """
    told = outputs[targets.steps - 1]
    with np.errstate(over="ignore", under="ignore"):
        if targets.is_text:
            values, gradients = _cross_entropy(told, targets.values)
        else:
            gap = told - targets.values
            values, gradients = np.square(gap).mean(axis=1), 2.0 * gap / gap.shape[1]
    require_finite((values[:, None], gradients), "these outputs", "the loss", is_bounded=False)
    return values, gradients


def _cross_entropy(told: Array, hot: Array) -> tuple[Array, Array]:
    """Give −ln softmax(o)[class] and softmax(o) − hot, without cancellation between large outputs."""
    shifted = told - told.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    return (np.log(sums) - (shifted * hot).sum(axis=1, keepdims=True))[:, 0], powers / sums - hot
