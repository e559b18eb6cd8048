"""The models: the recurrent ones with their gates and states, and those whose outputs see the inputs directly."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One recurrent model: gates in PyTorch's order, states with the output first, formulas in LaTeX.

    `keeps` is the gate whose bias makes it remember; empty when there is none.
    """

    name: str
    label: str
    gates: tuple[str, ...]
    states: tuple[str, ...]
    keeps: str
    formula: str
    jacobian: str
    source: str
    note: str


_ROWS = (
    Model(
        "rnn", "vanilla RNN", ("h",), ("h",), "",
        r"h_t=\varphi(W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh})",
        r"J_t=\operatorname{diag}\varphi'(a_t)\,W_{hh}",
        "Elman 1990, “Finding structure in time”",
        "One state, one factor a step: nothing protects the gradient.",
    ),
    Model(
        "lstm", "LSTM", ("i", "f", "g", "o"), ("h", "c"), "f",
        r"c_t=f_t\odot c_{t-1}+i_t\odot g_t,\quad h_t=o_t\odot\tanh c_t",
        r"J_t=\begin{pmatrix}\partial h_t/\partial h_{t-1}&\partial h_t/\partial c_{t-1}\\"
        r"\partial c_t/\partial h_{t-1}&\operatorname{diag}f_t\end{pmatrix}",
        "Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000 for the forget gate",
        "A cell beside the output: what the forget gate keeps passes from step to step without a matrix.",
    ),
    Model(
        "gru", "GRU", ("r", "z", "n"), ("h",), "z",
        r"h_t=(1-z_t)\odot n_t+z_t\odot h_{t-1}",
        r"J_t=\operatorname{diag}z_t+\operatorname{diag}((h_{t-1}-n_t)\,z_t(1-z_t))\,U_z+\cdots",
        "Cho et al. 2014, arXiv 1406.1078",
        "One state, but a gate decides how much of it is kept and how much is written anew.",
    ),
)  # fmt: skip

MODELS: Mapping[str, Model] = {row.name: row for row in _ROWS}


@dataclass(frozen=True)
class DirectModel:
    """One model without recurrence; it alone reads the query's fields `reads`. Formulas are in LaTeX."""

    name: str
    label: str
    reads: frozenset[str]
    formula: str
    jacobian: str
    source: str
    note: str


_DIRECT_ROWS = (
    DirectModel(
        "mlp", "MLP, step by step", frozenset(),
        r"o_t=W_o\,\varphi(W_1x_t+b_1)+b_o",
        r"\frac{\partial o_t}{\partial x_k}=\delta_{tk}\,W_o\operatorname{diag}\varphi'(a_t)\,W_1",
        "Rumelhart, Hinton and Williams 1986",
        "Every step by itself: it sees no past at all.",
    ),
    DirectModel(
        "window", "MLP over a window", frozenset({"window"}),
        r"o_t=W_o\,\varphi(W_1[x_t;x_{t-1};\ldots;x_{t-K+1}]+b_1)+b_o",
        r"\frac{\partial o_t}{\partial x_k}=0\quad\text{for }t-k\ge K",
        "The autoregressive model, Yule 1927; with hidden units, Lapedes and Farber 1987",
        "The last K inputs side by side: a fixed past, and exactly nothing before it.",
    ),
    DirectModel(
        "attention", "causal attention", frozenset({"key", "positions"}),
        r"o_t=W_o\sum_{j\le t}\alpha_{tj}v_j,\quad\alpha_t=\operatorname{softmax}_j(q_t^\top k_j/\sqrt{d_k})",
        r"\frac{\partial o_t}{\partial x_k}=W_o\,\alpha_{tk}\left(W_v+(v_k-\bar o_t)q_t^\top W_k/\sqrt{d_k}\right)W_e",
        "Vaswani et al. 2017, “Attention is all you need”, arXiv 1706.03762",
        "Every earlier input is one step away: there is no chain to fade along.",
    ),
)  # fmt: skip

DIRECT: Mapping[str, DirectModel] = {row.name: row for row in _DIRECT_ROWS}

RECURRENT = frozenset(MODELS)

# Whose activation can be chosen: gates and attention have theirs built in, or none.
ACTIVATED = ("rnn", *(name for name in DIRECT if name != "attention"))

EVERY_MODEL: Mapping[str, Model | DirectModel] = {**MODELS, **DIRECT}
