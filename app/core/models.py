"""The recurrent models: how many gates their matrices hold, and what their state is made of."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One recurrent model.

    Attributes
    ----------
    name, label : str
        Name in a URL, and name for a reader.
    gates : tuple of str
        Row blocks of its matrices, in PyTorch's order.
    states : tuple of str
        What it carries from step to step; the first is its output.
    keeps : str
        The gate whose bias makes it remember; empty when there is none.
    formula : str
        One step, in LaTeX.
    jacobian : str
        Its one-step Jacobian, in LaTeX.
    source, note : str
        Where it comes from, and one sentence for a learner.
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
