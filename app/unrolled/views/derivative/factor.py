"""The last factor of a product in numbers."""

import numpy as np

from unrolled.core.networks.layer import LayerTrace
from unrolled.views.contract.view import Payload, finite
from unrolled.views.derivative.text import FACTOR as MESSAGES
from unrolled.views.text.message import Message, Text, say
from unrolled.views.text.numbers import fixed


def last_factor(layer: LayerTrace, t: int, log10_norm: float) -> Payload:
    """Describe J_t: least, mean and largest slope or gate of its units, its size, and σ_max of the recurrent matrix.

    What a layer has not is None; ``kept`` is the state that its gate keeps, and ``whole`` whether that is all that
    passes from it to itself.
    """
    steps = np.array([t])
    name, gates = next(iter(layer.unit_factors(steps).items()), ("", None))
    weight = np.linalg.svd(layer.weights.weight_hh, compute_uv=False)[0] if layer.has_recurrent_matrix else np.nan
    kept = "" if layer.memory_gate(steps) is None else layer.state_names[-1]
    numbers = {
        "t": t,
        "what": name,
        "slope_min": None if gates is None else float(gates.min()),
        "slope_mean": None if gates is None else float(gates.mean()),
        "slope_max": None if gates is None else float(gates.max()),
        "log10_norm": finite(log10_norm),
        "sigma_max_weight": finite(float(weight)),
        "kept": kept,
        "whole": len(layer.state_names) > 1 or not layer.has_recurrent_matrix,
    }
    return numbers | {"sentence": _sentence(numbers)}


def _sentence(factor: Payload) -> Message:
    """Say what the factor is made of."""
    what, weight, log10_norm, norm = factor["what"], factor["sigma_max_weight"], factor["log10_norm"], MESSAGES["zero"]
    if log10_norm is not None:
        exponent = fixed(log10_norm, 2 if abs(log10_norm) < 100 else 0)
        norm = Text(MESSAGES["norm"].format(exponent=exponent, norm=fixed(10.0**log10_norm, 3)), log10_norm)
    if not what:
        return say(MESSAGES["plain"], t=factor["t"], norm=norm)
    low, mean, high = (fixed(factor[name], 3) for name in ("slope_min", "slope_mean", "slope_max"))
    key, sigma = (what if what in MESSAGES else "gate", fixed(weight, 3)) if weight is not None else ("no_matrix", "")
    return say(MESSAGES[key], t=factor["t"], what=what, low=low, mean=mean, high=high, sigma=sigma, norm=norm)
