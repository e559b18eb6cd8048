"""The models, a row each: the recurrent ones first, then those whose outputs see the inputs directly."""

from collections.abc import Mapping

from unrolled.core.feedforward.attention import AttentionNetwork
from unrolled.core.feedforward.mlp import MLPNetwork, WindowNetwork
from unrolled.core.model import Model, Words, direct_model, recurrent_model
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.cells.gru import GRU
from unrolled.core.networks.cells.lstm import LSTM
from unrolled.core.networks.cells.mingru import MINGRU
from unrolled.core.networks.cells.rnn import RNN
from unrolled.core.networks.network import Network

_ROWS = (
    recurrent_model(
        RNN,
        name="rnn",
        label="vanilla RNN",
        words=Words("the RNN", "a vanilla RNN", "an rnn", "RNN"),
        reads=frozenset({"activation"}),
        work="T·H·(D + H)",
        line={"color": "red", "width": 2.5},
        formula=r"h_t=\varphi(W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh})",
        jacobian=r"J_t=\operatorname{diag}\varphi'(a_t)\,W_{hh}",
        source="Elman 1990, “Finding structure in time”",
        note="One state, one factor a step: nothing protects the gradient.",
    ),
    recurrent_model(
        LSTM,
        name="lstm",
        label="LSTM",
        words=Words("the LSTM", "an LSTM", "an lstm", "LSTM"),
        work="4·T·H·(D + H)",
        line={"color": "blue", "width": 2.5},
        formula=r"c_t=f_t\odot c_{t-1}+i_t\odot g_t,\quad h_t=o_t\odot\tanh c_t",
        jacobian=r"J_t=\begin{pmatrix}\partial h_t/\partial h_{t-1}&\partial h_t/\partial c_{t-1}\\"
        r"\partial c_t/\partial h_{t-1}&\operatorname{diag}f_t\end{pmatrix}",
        source="Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000 for the forget gate",
        note="A cell beside the output: what the forget gate keeps passes from step to step without a matrix.",
    ),
    recurrent_model(
        GRU,
        name="gru",
        label="GRU",
        words=Words("the GRU", "a GRU", "a gru", "GRU"),
        reads=frozenset({"reset"}),
        work="3·T·H·(D + H)",
        line={"color": "orange", "width": 2.5},
        formula=r"h_t=(1-z_t)\odot n_t+z_t\odot h_{t-1}",
        jacobian=r"J_t=\operatorname{diag}z_t+\operatorname{diag}((h_{t-1}-n_t)\,z_t(1-z_t))\,U_z+\cdots",
        source="Cho et al. 2014, arXiv 1406.1078",
        note="One state, but a gate decides how much of it is kept and how much is written anew.",
    ),
    recurrent_model(
        MINGRU,
        name="mingru",
        label="minGRU",
        words=Words("the minGRU", "a minGRU", "a mingru", "minGRU"),
        work="2·T·H·D",
        line={"color": "brown", "width": 2.5, "dash": "dashdot"},
        formula=r"h_t=(1-z_t)\odot h_{t-1}+z_t\odot(W_hx_t+b_h),\quad z_t=\sigma(W_zx_t+b_z)",
        jacobian=r"J_t=\operatorname{diag}(1-z_t)",
        source="Feng et al. 2024, “Were RNNs all we needed?”, arXiv 2410.01201",
        note="The gate reads the input alone: no matrix between the steps, and every unit remembers by itself.",
    ),
    direct_model(
        MLPNetwork,
        name="mlp",
        label="MLP, step by step",
        words=Words("the MLP", "an MLP, step by step", "an mlp", "MLP"),
        reads=frozenset({"activation", "layers", "gain"}),
        work="T·H·D",
        line={"color": "grey", "width": 1.5, "dash": "dot"},
        formula=r"o_t=W_o\,\varphi(W_1x_t+b_1)+b_o",
        jacobian=r"\frac{\partial o_t}{\partial x_k}=\delta_{tk}\,W_o\operatorname{diag}\varphi'(a_t)\,W_1",
        source="Rumelhart, Hinton and Williams 1986",
        note="Every step by itself: it sees no past at all.",
    ),
    direct_model(
        WindowNetwork,
        name="window",
        label="MLP over a window",
        words=Words("the window", "a MLP over a window", "an window", "MLP over {inputs}"),
        reads=frozenset({"activation", "layers", "gain", "window"}),
        work="T·H·K·D",
        line={"color": "green", "width": 2.5},
        formula=r"o_t=W_o\,\varphi(W_1[x_t;x_{t-1};\ldots;x_{t-K+1}]+b_1)+b_o",
        jacobian=r"\frac{\partial o_t}{\partial x_k}=0\quad\text{for }t-k\ge K",
        source="The autoregressive model, Yule 1927; with hidden units, Lapedes and Farber 1987",
        note="The last K inputs side by side: a fixed past, and exactly nothing before it.",
    ),
    direct_model(
        AttentionNetwork,
        name="attention",
        label="causal attention",
        words=Words("attention", "attention", "an attention", "causal attention"),
        reads=frozenset({"key", "positions", "gain"}),
        work="T·H·(D + 2·d_k + H) + T·(T + 1)/2·(d_k + H)",
        line={"color": "violet", "width": 2, "dash": "dash"},
        formula=r"o_t=W_o\sum_{j\le t}\alpha_{tj}v_j,\quad\alpha_t=\operatorname{softmax}_j(q_t^\top k_j/\sqrt{d_k})",
        jacobian=r"\frac{\partial o_t}{\partial x_k}=W_o\,\alpha_{tk}"
        r"\left(W_v+(v_k-\bar o_t)q_t^\top W_k/\sqrt{d_k}\right)W_e",
        source="Vaswani et al. 2017, “Attention is all you need”, arXiv 1706.03762",
        note="Every earlier input is one step away: there is no chain to fade along.",
    ),
)

MODELS: Mapping[str, Model] = {row.name: row for row in _ROWS}


def network(model: str, architecture: Architecture) -> Network:
    """Give a model in one size."""
    return MODELS[model].network(architecture)
