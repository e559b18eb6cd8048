"""The stored PyTorch vectors: what `make test` compares with, so that it needs no PyTorch.

``python -m tests.oracle.vectors``, in the environment of `make oracle`, writes them anew.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.core.activations import ACTIVATIONS
from app.core.arrays import Array
from app.core.initialisations import INITIALISATIONS
from tests.oracle.cases import Case, drawn, pairs

FILE = Path(__file__).with_name("vectors.npz")
LENGTH, HIDDEN = 5, 3

Stored = tuple[Case, Array, dict[tuple[int, int], Array]]


def stored() -> Mapping[tuple[str, str], Stored]:
    """Read the stored vectors: (activation, initialisation) to the network, its states and every ∂h_t/∂h_k.

    The networks are stored too, so that nothing here depends on how they are drawn today.
    """
    with np.load(FILE, allow_pickle=False) as file:
        data = dict(file)
    found = {}
    for init in INITIALISATIONS:
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        parameters = {name: data[f"{init}.{name}"] for name in names}
        for activation in ACTIVATIONS:
            case = Case(activation, parameters, data["inputs"], data["initial_state"])
            jacobians = dict(zip(pairs(LENGTH), data[f"{activation}.{init}.jacobians"], strict=True))
            found[activation, init] = (case, data[f"{activation}.{init}.states"], jacobians)
    return found


def write() -> None:
    """Let PyTorch compute the vectors and store them."""
    from tests.oracle.reference import differentiated  # PyTorch is not everywhere

    data: dict[str, Array] = {}
    for init in INITIALISATIONS:
        for activation in ACTIVATIONS:
            case = drawn(activation, init, length=LENGTH, hidden=HIDDEN, seed=7)
            states, jacobians = differentiated(case)
            data |= {f"{init}.{name}": value for name, value in case.parameters.items()}
            data |= {"inputs": case.inputs, "initial_state": case.initial_state}
            data[f"{activation}.{init}.states"] = states
            data[f"{activation}.{init}.jacobians"] = np.stack([jacobians[pair] for pair in pairs(LENGTH)])
    np.savez_compressed(FILE, allow_pickle=False, **data)


if __name__ == "__main__":
    write()
