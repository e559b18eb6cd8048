"""The last factor of a product in numbers."""

import numpy as np

from unrolled.core.networks.layer import LayerTrace
from unrolled.views.contract.view import Payload, finite
from unrolled.views.derivative.text import FACTOR as MESSAGES
from unrolled.views.text.numbers import fixed


def last_factor(layer: LayerTrace, t: int, log10_norm: float) -> Payload | None:
    """Describe J_t: least, mean and largest slope or gate of its units, its size, and σ_max of the recurrent matrix.

    None of a layer without slopes and gates; without a recurrent matrix σ_max is None.
    """
    factors, weight_hh = layer.unit_factors(np.array([t])), layer.weights.weight_hh
    if not factors:
        return None
    name, gates = next(iter(factors.items()))
    slope, weight = gates[0], np.linalg.svd(weight_hh, compute_uv=False)[0] if layer.has_recurrent_matrix else np.nan
    numbers = {
        "t": t,
        "what": name,
        "slope_min": float(slope.min()),
        "slope_mean": float(slope.mean()),
        "slope_max": float(slope.max()),
        "log10_norm": finite(log10_norm),
        "sigma_max_weight": finite(float(weight)),
    }
    return numbers | {"sentence": _sentence(numbers)}


def _sentence(factor: Payload) -> str:
    """Say what the factor is made of."""
    low, mean, high = (fixed(factor[name], 3) for name in ("slope_min", "slope_mean", "slope_max"))
    what, weight = factor["what"], factor["sigma_max_weight"]
    key, sigma = (what if what in MESSAGES else "gate", fixed(weight, 3)) if weight is not None else ("no_matrix", "")
    log10_norm, norm = factor["log10_norm"], MESSAGES["zero"]
    if log10_norm is not None:
        exponent = fixed(log10_norm, 2 if abs(log10_norm) < 100 else 0)
        norm = MESSAGES["norm"].format(exponent=exponent, norm=fixed(10.0**log10_norm, 3))
    return MESSAGES[key].format(t=factor["t"], what=what, low=low, mean=mean, high=high, sigma=sigma, norm=norm)
