"""The last factor of a product in numbers."""

from typing import Any

import numpy as np

from unrolled.core.jacobians.chain import JacobianChain
from unrolled.experiment.run import Run
from unrolled.views.contract.payload import Payload, finite
from unrolled.views.text.numbers import fixed


def last_factor(made: Run, through: JacobianChain, t: int, log10_norm: float) -> Payload:
    """Describe J_t in numbers: what lets the gradient through unit by unit, and the matrix.

    Parameters
    ----------
    made : Run
        The forward pass.
    through : JacobianChain
        The derivative's way.
    t : int
        The step.
    log10_norm : float
        The size of J_t.

    Returns
    -------
    dict
        Least, mean and largest slope or gate; σ_max of the recurrent matrix.
    """
    name, opened = next(iter(through.layers[-1].unit_factors(np.array([t])).items()))
    slope = opened[0]
    layer = next(index for index, each in enumerate(made.trace.layers) if each is through.layers[-1])
    weight = np.linalg.svd(made.parameters[f"weight_hh_l{layer}"], compute_uv=False)[0]
    numbers = {
        "t": t,
        "what": name,
        "slope_min": float(slope.min()),
        "slope_mean": float(slope.mean()),
        "slope_max": float(slope.max()),
        "log10_norm": finite(log10_norm),
        "sigma_max_weight": float(weight),
    }
    return numbers | {"sentence": _sentence(numbers)}


def _sentence(factor: dict[str, Any]) -> str:
    """Say what the factor is made of."""
    low, mean, high, weight = (
        fixed(factor[name], 3) for name in ("slope_min", "slope_mean", "slope_max", "sigma_max_weight")
    )
    t, span = factor["t"], f"from {low} to {high}, {mean} on average"
    norm = f"the norm {_size(factor['log10_norm'])}"
    if factor["what"] == "f":
        return (
            f"With h held fixed, a cell keeps what its forget gate lets through: at step {t} f runs {span}. The whole "
            f"factor, h and c together, has {norm}; the recurrent matrix alone stretches by at most {weight}."
        )
    if factor["what"] == "z":
        return (
            f"What the gate keeps passes without a matrix: at step {t} z runs {span}. The whole factor has {norm}; the "
            f"recurrent matrix alone stretches by at most {weight}."
        )
    return f"At step {t} this factor has {norm}. Its slopes φ′ run {span}; W_hh alone stretches by at most {weight}."


def _size(log10_norm: float | None) -> str:
    if log10_norm is None:
        return "0"
    return f"10^{fixed(log10_norm, 2 if abs(log10_norm) < 100 else 0)} = {fixed(10.0**log10_norm, 3)}"
