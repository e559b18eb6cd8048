"""How far an output o_t is from the next input: squared error of numbers, cross-entropy of characters."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import require_finite
from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class Targets:
    """The next inputs x_{t+1} (n, D) at the rising 1-based steps t (n,) that have one; of a text, one-hot vectors."""

    steps: Steps
    values: Array
    is_text: bool

    def __len__(self) -> int:
        """How many steps have a next value."""
        return len(self.steps)

    def for_loss(self, loss: str) -> "Targets":
        """Select the targets that count: all for the loss "sum", the last one for "last"."""
        return self if loss == "sum" else Targets(self.steps[-1:], self.values[-1:], self.is_text)


def next_targets(inputs: Array, *, length: int | None = None, is_text: bool = False) -> Targets:
    """Take the next input of every step as its target; steps beyond `length` are padding and no target.

    Texts are one-hot vectors times an amplitude: the class is the largest entry, and a row of zeros has none.
    """
    following = inputs[1:length]
    steps = np.arange(1, len(following) + 1, dtype=np.int64)
    if not is_text:
        return Targets(steps, following, is_text=False)
    present = following.any(axis=1)
    hot = np.eye(inputs.shape[1])[following[present].argmax(axis=1)]
    return Targets(steps[present], hot, is_text=True)


def losses(outputs: Array, targets: Targets) -> tuple[Array, Array]:
    """Measure the losses L_t (n,) and ∂L_t/∂o_t (n, O) of outputs (T, O); raises Overflow when one leaves float64.

    The mean over the D entries of (o_t − x_{t+1})², as ``torch.nn.MSELoss``; for characters the cross-entropy of
    softmax(o_t) in nats, as ``torch.nn.CrossEntropyLoss``.
    """
    predictions = outputs[targets.steps - 1]
    with np.errstate(over="ignore", under="ignore"):
        if targets.is_text:
            values, gradients = _cross_entropy(predictions, targets.values)
        else:
            gap = predictions - targets.values
            values, gradients = np.square(gap).mean(axis=1), 2.0 * gap / gap.shape[1]
    require_finite((values[:, None], gradients), "these outputs", "the loss", is_bounded=False)
    return values, gradients


def _cross_entropy(logits: Array, hot: Array) -> tuple[Array, Array]:
    """Give −ln softmax(o)[class] and softmax(o) − hot, without cancellation between large outputs."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    return (np.log(sums) - (shifted * hot).sum(axis=1, keepdims=True))[:, 0], powers / sums - hot
