"""Makes the stored PyTorch vectors: ``python -m tests.oracle.vectors`` (needs PyTorch, see ``make oracle``)."""

from pathlib import Path

import numpy as np

from app.core.activations import ACTIVATIONS
from app.core.arrays import Array

STORED = Path(__file__).with_name("vectors.npz")
LENGTH, HIDDEN, FEATURES = 7, 5, 2


def case(activation: str) -> tuple[dict[str, Array], Array]:
    """Draw parameters and inputs, independently of the project's initialisations; some units saturate."""
    rng = np.random.default_rng(list(ACTIVATIONS).index(activation))
    parameters = {
        "weight_ih_l0": 1.5 * rng.standard_normal((HIDDEN, FEATURES)),
        "weight_hh_l0": 1.2 * rng.standard_normal((HIDDEN, HIDDEN)) / np.sqrt(HIDDEN),
        "bias_ih_l0": 0.3 * rng.standard_normal(HIDDEN),
        "bias_hh_l0": 0.3 * rng.standard_normal(HIDDEN),
    }
    return parameters, rng.standard_normal((LENGTH, FEATURES))


def vectors() -> dict[str, Array]:
    """Ask PyTorch for every case: states (T + 1, H) and Jacobians (T, T, H, H)."""
    from tests.oracle.reference import pairs, states  # noqa: PLC0415  stored vectors are read without PyTorch

    made = {}
    for activation in ACTIVATIONS:
        found = states(activation, *case(activation))
        made[f"{activation}.h"] = np.stack([state.detach().numpy() for state in found])
        made[f"{activation}.jacobians"] = pairs(found)
    return made


if __name__ == "__main__":
    np.savez_compressed(STORED, allow_pickle=False, **vectors())
