"""The last factor of a product in numbers."""

import numpy as np

from unrolled.core.jacobians.chain import JacobianChain
from unrolled.experiment.run import Run
from unrolled.views.contract.payload import Payload, finite


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
    return {
        "t": t,
        "what": name,
        "slope_min": float(slope.min()),
        "slope_mean": float(slope.mean()),
        "slope_max": float(slope.max()),
        "log10_norm": finite(log10_norm),
        "sigma_max_weight": float(weight),
    }
