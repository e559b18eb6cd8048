"""Networks whose gradients vanish or explode."""

SICK = [
    {"length": 40, "hidden": 6},
    {"length": 40, "hidden": 6, "activation": "sigmoid"},
    {"length": 48, "hidden": 5, "init": "gaussian", "gain": 2.5, "activation": "relu"},
    {"length": 60, "hidden": 4, "model": "lstm"},
    {"length": 60, "hidden": 4, "model": "lstm", "of": "c", "wrt": "c", "forget_bias": -2},
    {"length": 50, "hidden": 5, "model": "gru", "reset": "before"},
    {"length": 300, "hidden": 3, "model": "gru", "layers": 2, "t": 290, "k": 3, "from": 5, "to": 299},
    {"length": 40, "hidden": 6, "wrt": "x", "norm": "frobenius"},
]
