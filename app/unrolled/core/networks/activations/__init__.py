"""The activations φ, each with a derivative that stays right where φ is saturated.

The products this project computes run over thousands of steps, so a slope of 1e-80 must not be rounded to 0: every
derivative below is written in a form without cancellation (1 − tanh² is 0 from |x| ≈ 19, while the truth is 1e-16).
At a kink the value is PyTorch's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.networks.activations import piecewise, smooth

Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Activation:
    """One activation φ, elementwise; `formula` and `derivative_formula` in LaTeX.

    γ = sup |φ′| is the factor of the bound (γ σ_max)^lag; `low` and `high` are infimum and supremum of φ′, and at the
    `kinks` φ has no derivative, or φ′ none. Where φ `is_flat` somewhere, φ′ may be zero; else it is at most too small.
    """

    name: str
    label: str
    formula: str
    derivative_formula: str
    function: Function
    derivative: Function
    gamma: float
    low: float
    high: float
    source: str
    note: str
    kinks: tuple[float, ...] = ()
    is_flat: bool = False


_ROWS = (
    Activation(
        "tanh", "tanh", r"\tanh x", r"\operatorname{sech}^2 x", np.tanh, smooth.tanh_slope, 1.0, 0.0, 1.0,
        "Elman 1990, “Finding structure in time”",
        "Its slope is 1 only at 0 and falls exponentially as the unit saturates.",
    ),
    Activation(
        "sigmoid", "sigmoid", r"\frac{1}{1+e^{-x}}", r"\sigma(x)(1-\sigma(x))",
        smooth.sigmoid, smooth.sigmoid_slope, 0.25, 0.0, 0.25,
        "Hochreiter 1991; Bengio, Simard and Frasconi 1994",
        "Its slope never exceeds ¼, so every step shrinks the gradient at least fourfold unless the weights are large.",
    ),
    Activation(
        "relu", "ReLU", r"\max(x,0)", r"\mathbf{1}[x>0]",
        piecewise.relu, piecewise.relu_slope, 1.0, 0.0, 1.0,
        "Nair and Hinton 2010; Le, Jaitly and Hinton 2015 for recurrent networks",
        "Open units pass the gradient whole, closed units pass nothing.", (0.0,), is_flat=True,
    ),
    Activation(
        "leaky_relu", "leaky ReLU", r"\max(x,0)+0.01\min(x,0)", r"1\ (x>0),\ 0.01\ (x\le 0)",
        piecewise.leaky_relu, piecewise.leaky_relu_slope, 1.0, 0.01, 1.0,
        "Maas, Hannun and Ng 2013",
        "A closed unit still passes a hundredth.", (0.0,),
    ),
    Activation(
        "elu", "ELU", r"x\ (x>0),\ e^x-1\ (x\le 0)", r"1\ (x>0),\ e^x\ (x\le 0)",
        piecewise.elu, piecewise.elu_slope, 1.0, 0.0, 1.0,
        "Clevert, Unterthiner and Hochreiter 2016, arXiv 1511.07289",
        "Open above 0, fading exponentially below.", (0.0,),
    ),
    Activation(
        "selu", "SELU", r"\lambda x\ (x>0),\ \lambda\alpha(e^x-1)\ (x\le 0)",
        r"\lambda\ (x>0),\ \lambda\alpha e^x\ (x\le 0)",
        piecewise.selu, piecewise.selu_slope,
        piecewise.SELU_SCALE * piecewise.SELU_ALPHA, 0.0, piecewise.SELU_SCALE * piecewise.SELU_ALPHA,
        "Klambauer et al. 2017, arXiv 1706.02515",
        "Its slope exceeds 1 on both sides of 0: it can amplify.", (0.0,),
    ),
    Activation(
        "gelu", "GELU", r"x\,\Phi(x)", r"\Phi(x)+x\,\varphi(x)",
        smooth.gelu, smooth.gelu_slope, smooth.GELU_GAMMA, smooth.GELU_LOW, smooth.GELU_GAMMA,
        "Hendrycks and Gimpel 2016, arXiv 1606.08415",
        "Smooth ReLU whose slope reaches 1.13 and is a little negative on the left.",
    ),
    Activation(
        "silu", "SiLU", r"x\,\sigma(x)", r"\sigma(x)\,(1+x(1-\sigma(x)))",
        smooth.silu, smooth.silu_slope, smooth.SILU_GAMMA, smooth.SILU_LOW, smooth.SILU_GAMMA,
        "Elfwing, Uchibe and Doya 2018; Ramachandran et al. 2017 (swish)",
        "Smooth ReLU whose slope reaches 1.10.",
    ),
    Activation(
        "softplus", "softplus", r"\ln(1+e^x)", r"\sigma(x)",
        smooth.softplus, smooth.sigmoid, 1.0, 0.0, 1.0,
        "Dugas et al. 2001",
        "Its slope is the sigmoid: always positive, up to 1.",
    ),
    Activation(
        "softsign", "softsign", r"\frac{x}{1+|x|}", r"\frac{1}{(1+|x|)^2}",
        piecewise.softsign, piecewise.softsign_slope, 1.0, 0.0, 1.0,
        "Glorot and Bengio 2010",
        "Like tanh, but its slope falls off as a power, not exponentially.", (0.0,),
    ),
    Activation(
        "hardtanh", "hard tanh", r"\min(\max(x,-1),1)", r"\mathbf{1}[|x|<1]",
        piecewise.hardtanh, piecewise.hardtanh_slope, 1.0, 0.0, 1.0,
        "Collobert 2004",
        "Slope 1 inside (−1, 1), exactly nothing outside.", (-1.0, 1.0), is_flat=True,
    ),
    Activation(
        "hardsigmoid", "hard sigmoid", r"\min(\max(\tfrac{x}{6}+\tfrac12,0),1)", r"\tfrac16\,\mathbf{1}[|x|<3]",
        piecewise.hardsigmoid, piecewise.hardsigmoid_slope, 1 / 6, 0.0, 1 / 6,
        "Courbariaux, Bengio and David 2015; the form of torch.nn.Hardsigmoid",
        "Slope one sixth inside (−3, 3), exactly nothing outside.", (-3.0, 3.0), is_flat=True,
    ),
    Activation(
        "identity", "identity", "x", "1", piecewise.identity, piecewise.identity_slope, 1.0, 1.0, 1.0,
        "The linear network: ∂h_t/∂h_k = W^(t−k)",
        "No activation at all: only the recurrent matrix acts.",
    ),
    Activation(
        "sine", "sine", r"\sin x", r"\cos x", np.sin, np.cos, 1.0, -1.0, 1.0,
        "Sitzmann et al. 2020, arXiv 2006.09661",
        "It never saturates: its slope returns however far out.",
    ),
    Activation(
        "mish", "Mish", r"x\tanh(\ln(1+e^x))", r"\tau+x(1-\tau^2)\sigma(x),\ \tau=\tanh(\ln(1+e^x))",
        smooth.mish, smooth.mish_slope, smooth.MISH_GAMMA, smooth.MISH_LOW, smooth.MISH_GAMMA,
        "Misra 2019, arXiv 1908.08681",
        "Smooth ReLU whose slope reaches 1.09.",
    ),
)  # fmt: skip

ACTIVATIONS: Mapping[str, Activation] = {row.name: row for row in _ROWS}
