"""Networks whose gradients vanish or explode, and their diagnoses, each computed once for all tests."""

from functools import cache
from typing import Any

from tests.views.answers import answer

SICK: dict[str, dict[str, Any]] = {
    "rnn": {"length": 40, "hidden": 6},
    "sigmoid": {"length": 40, "hidden": 6, "activation": "sigmoid"},
    "explodes": {"length": 48, "hidden": 5, "init": "gaussian", "gain": 2.5, "activation": "relu"},
    "lstm": {"length": 60, "hidden": 4, "model": "lstm"},
    "cell": {"length": 60, "hidden": 4, "model": "lstm", "of": "c", "wrt": "c", "forget_bias": -2},
    "gru": {"length": 50, "hidden": 5, "model": "gru", "reset": "before"},
    "stack": {"length": 300, "hidden": 3, "model": "gru", "layers": 2, "t": 290, "k": 3, "from": 5, "to": 299},
    "input": {"length": 40, "hidden": 6, "wrt": "x", "norm": "frobenius"},
}


@cache
def diagnosed(name: str) -> Any:
    """Return the diagnosis of one of them."""
    return answer("diagnosis", **SICK[name])
