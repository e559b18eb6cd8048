"""Sizes of small networks, and what a computation counted beside what was counted beforehand."""

from collections.abc import Callable
from typing import Any

from unrolled.core.cost.derivative import Cost, Size
from unrolled.runtime.progress import Watch, watched


def size(hidden: int = 16, gates: int = 1, layers: int = 1, states: int = 1, input_size: int = 1, **more: Any) -> Size:
    """Give the sizes of a recurrent network that is looked at as a whole, ∂h_t/∂h_k of its last layer."""
    weights = gates * hidden * (input_size + hidden) + (layers - 1) * 2.0 * gates * hidden**2
    sizes: dict[str, Any] = {
        "length": 64,
        "hidden": hidden,
        "layers": layers,
        "input_size": input_size,
        "weights": weights,
        "gates": float(gates),
        "state": states * hidden,
        "joint": 1,
        "width": hidden,
        "height": hidden,
        "reach": 64,
        "key": 0,
    }
    return Size(**sizes | more)


def direct_size(hidden: int = 16, layers: int = 2, input_size: int = 3, key: int = 0, **more: Any) -> Size:
    """Give the sizes of a model without recurrence: of an MLP over eight inputs, or of attention with a key."""
    if key:
        weights, reach = hidden * (2 * input_size + 2 * key + hidden), 64
    else:
        weights, reach = hidden * (9 * input_size + (layers - 1) * hidden), 8
    sizes: dict[str, Any] = {"joint": layers, "state": 0, "width": input_size, "height": input_size, "gates": 1.0}
    sizes |= {"weights": float(weights), "reach": reach, "key": key, "length": 64, "hidden": hidden}
    return Size(**sizes | {"layers": 1 if key else layers, "input_size": input_size} | more)


def counted(cost: Cost, compute: Callable[[], object]) -> float:
    """Give the work that a computation reports, as a share of what was counted beforehand."""
    with watched(Watch()) as watch:
        compute()
    return watch.done / cost.flops
