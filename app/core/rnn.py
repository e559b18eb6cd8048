"""The vanilla recurrent network, as PyTorch's ``torch.nn.RNN`` computes it, with any activation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.core.activations import ACTIVATIONS
from app.core.arrays import Array, Steps
from app.errors import Overflow


@dataclass(frozen=True)
class RNNTrace:
    """What one forward pass left behind; enough for every Jacobian.

    Attributes
    ----------
    a : array of shape (T, H)
        Pre-activations a_t.
    h : array of shape (T + 1, H)
        States h_0 … h_T; row 0 is the initial state.
    slope : array of shape (T, H)
        φ′(a_t), the diagonal of D_t.
    weight_ih, weight_hh : arrays of shape (H, D) and (H, H)
        The matrices the Jacobians are made of.
    """

    a: Array
    h: Array
    slope: Array
    weight_ih: Array
    weight_hh: Array

    @property
    def length(self) -> int:
        """Number of steps T."""
        return len(self.a)

    @property
    def state_size(self) -> int:
        """Size of the recurrent state, H."""
        return len(self.weight_hh)

    def jacobians(self, steps: Steps) -> Array:
        """Give the one-step Jacobians J_t = ∂h_t/∂h_{t−1} = diag φ′(a_t) · W_hh (Pascanu et al. 2013, eq. 5).

        Parameters
        ----------
        steps : array of shape (n,)
            1-based steps t.

        Returns
        -------
        array of shape (n, H, H)
            The Jacobians.
        """
        return self.slope[steps - 1, :, None] * self.weight_hh

    def input_jacobians(self, steps: Steps) -> Array:
        """Give ∂h_t/∂x_t = diag φ′(a_t) · W_ih at some steps, shape (n, H, D)."""
        return self.slope[steps - 1, :, None] * self.weight_ih


@dataclass(frozen=True)
class RNN:
    """h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)  (docstring of ``torch.nn.RNN``).

    Attributes
    ----------
    input_size, hidden_size : int
        D and H.
    activation : str
        A name out of ``ACTIVATIONS``.
    """

    input_size: int
    hidden_size: int
    activation: str

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give PyTorch's parameter names with their shapes."""
        size = self.hidden_size
        return {
            "weight_ih_l0": (size, self.input_size),
            "weight_hh_l0": (size, size),
            "bias_ih_l0": (size,),
            "bias_hh_l0": (size,),
        }

    def run(self, parameters: Mapping[str, Array], inputs: Array, initial_state: Array | None = None) -> RNNTrace:
        """Run the network over a sequence.

        Parameters
        ----------
        parameters : mapping
            Arrays of the shapes of `parameter_shapes`.
        inputs : array of shape (T, D)
            The sequence x_1 … x_T.
        initial_state : array of shape (H,), optional
            h_0; zeros when left out.

        Returns
        -------
        RNNTrace
            Everything the Jacobians need.

        Raises
        ------
        Overflow
            When a state leaves the range of float64; it names the step.
        """
        activation = ACTIVATIONS[self.activation]
        weight_ih, weight_hh = parameters["weight_ih_l0"], parameters["weight_hh_l0"]
        length = inputs.shape[0]
        h = np.zeros((length + 1, self.hidden_size))
        if initial_state is not None:
            h[0] = initial_state
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            a = inputs @ weight_ih.T + (parameters["bias_ih_l0"] + parameters["bias_hh_l0"])
            for step in range(length):
                a[step] += weight_hh @ h[step]
                h[step + 1] = activation.function(a[step])
        broken = ~(np.isfinite(a).all(axis=1) & np.isfinite(h[1:]).all(axis=1))
        if broken.any():
            raise _overflow(int(np.argmax(broken)) + 1, activation.label)
        return RNNTrace(a, h, activation.derivative(a), weight_ih, weight_hh)


def _overflow(step: int, label: str) -> Overflow:
    """Say where the state left float64 and what to lower."""
    return Overflow(
        f"With {label} the state grows without limit and leaves the range of float64 at step {step}: "
        f"lower gain, amplitude or length (to less than {step}), or choose an activation that is bounded, such as tanh."
    )
