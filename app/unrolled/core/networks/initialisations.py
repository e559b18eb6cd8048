"""Initialisations of the recurrent matrix W_hh, each at gain 1."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class Initialisation:
    """One way to draw W_hh, (H, H) at gain 1; the formula is the law of an entry or of the matrix with gain g."""

    name: str
    label: str
    formula: str
    source: str
    note: str
    draw: Callable[[Generator, int], Array]


def _pytorch(rng: Generator, size: int) -> Array:
    bound = 1.0 / np.sqrt(size)
    return rng.uniform(-bound, bound, (size, size))


def _glorot_uniform(rng: Generator, size: int) -> Array:
    bound = np.sqrt(3.0 / size)
    return rng.uniform(-bound, bound, (size, size))


def _gaussian(rng: Generator, size: int) -> Array:
    return rng.standard_normal((size, size)) / np.sqrt(size)


def _he(rng: Generator, size: int) -> Array:
    return np.sqrt(2.0) * _gaussian(rng, size)


def _orthogonal(rng: Generator, size: int) -> Array:
    """Draw from the Haar measure: QR with the signs of R's diagonal made positive (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.where(np.diagonal(r) < 0, -1.0, 1.0)


def _identity(_: Generator, size: int) -> Array:
    return np.eye(size)


def _spectral(rng: Generator, size: int) -> Array:
    weight = _gaussian(rng, size)
    return weight / np.abs(np.linalg.eigvals(weight)).max()


_ROWS = (
    Initialisation(
        "pytorch", "PyTorch default", r"U\!\left(-\tfrac{g}{\sqrt H},\tfrac{g}{\sqrt H}\right)",
        "torch.nn.RNN, reset_parameters",
        "Entries of variance 1/(3H): the spectral radius is near 0.58, so a tanh network starts out forgetting.",
        _pytorch,
    ),
    Initialisation(
        "glorot_uniform", "Glorot uniform", r"U\!\left(-g\sqrt{\tfrac{3}{H}},g\sqrt{\tfrac{3}{H}}\right)",
        "Glorot and Bengio 2010",
        "Entries of variance 1/H: a random direction keeps its length in a linear network.",
        _glorot_uniform,
    ),
    Initialisation(
        "glorot_normal", "Glorot normal", r"N\!\left(0,\tfrac{g^2}{H}\right)", "Glorot and Bengio 2010",
        "For a square matrix the same law as Gaussian: variance 2/(H + H).", _gaussian,
    ),
    Initialisation(
        "he", "He normal", r"N\!\left(0,\tfrac{2g^2}{H}\right)", "He, Zhang, Ren and Sun 2015, arXiv 1502.01852",
        "Twice the variance, since a ReLU closes half of its units.", _he,
    ),
    Initialisation(
        "gaussian", "Gaussian g/√H", r"N\!\left(0,\tfrac{g^2}{H}\right)",
        "Sompolinsky, Crisanti and Sommers 1988; Poole et al. 2016",
        "The random network of theory: at gain 1 a tanh network stands between order and chaos.", _gaussian,
    ),
    Initialisation(
        "orthogonal", "orthogonal", r"g\,Q,\ Q^\top Q=I",
        "Saxe, McClelland and Ganguli 2014; Arjovsky, Shah and Bengio 2016",
        "Every singular value is g: at gain 1 the matrix itself neither shrinks nor stretches.", _orthogonal,
    ),
    Initialisation(
        "identity", "identity", r"g\,I", "Le, Jaitly and Hinton 2015, arXiv 1504.00941 (IRNN)",
        "Every unit copies itself: with ReLU the gradient passes untouched wherever units stay open.", _identity,
    ),
    Initialisation(
        "spectral", "spectral radius", r"g\,\frac{W}{\rho(W)},\ W_{ij}\sim N(0,1)", "Jaeger 2001, echo state networks",
        "Scaled so that the largest eigenvalue has modulus g; its singular values are larger.", _spectral,
    ),
)  # fmt: skip

INITIALISATIONS: Mapping[str, Initialisation] = {row.name: row for row in _ROWS}


@dataclass(frozen=True)
class MemoryBias:
    """How the biases that make a gated network remember begin.

    `forget_bias` is that of an LSTM's forget gate or a GRU's update gate (Jozefowicz, Zaremba and Sutskever 2015): all
    of it in ``bias_ih``, 0 in ``bias_hh``; None leaves what the initialisation gives. `chrono` is T_max of the chrono
    initialisation (Tallec and Ollivier 2018, arXiv 1804.11188): that bias is ln U(1, T_max − 1), a gate that writes,
    such as an LSTM's input gate, has its negative, and all other biases are 0.
    """

    forget_bias: float | None = None
    chrono: int | None = None


# The biases are what the initialisation gives.
DRAWN = MemoryBias()
