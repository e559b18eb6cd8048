"""What the values of the query's fields are called and mean, where the core has no table of them."""

from collections.abc import Mapping

NORMS: Mapping[str, Mapping[str, str]] = {
    "spectral": {
        "label": "spectral",
        "formula": r"\|P\|_2=\sigma_1(P)",
        "source": "Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063",
        "note": "The largest gain in any direction: the largest singular value.",
    },
    "frobenius": {
        "label": "Frobenius",
        "formula": r"\|P\|_F=\left(\sum_i\sigma_i^2\right)^{1/2}",
        "source": "Schoenholz et al. 2017, arXiv 1611.01232",
        "note": "All entries together: √H times the gain of an average direction. Free of charge.",
    },
}
BLOCKS: Mapping[str, Mapping[str, str]] = {
    "h": {"label": "h, output", "formula": "h_t", "source": "", "note": "What the network hands to its next step."},
    "c": {
        "label": "c, cell",
        "formula": "c_t",
        "source": "",
        "note": "What an LSTM keeps to itself. With respect to c_k, h_k = o_k ⊙ tanh c_k moves with it.",
    },
    "s": {
        "label": "s, all of it",
        "formula": "s_t=[h_t;c_t]",
        "source": "",
        "note": "Everything that is carried on: h, and in an LSTM also c. With respect to s_k, both are independent.",
    },
    "o": {
        "label": "o, prediction",
        "formula": "o_t=W_{ho}h_t+b_{ho}",
        "source": "",
        "note": "What is read out of the network: its prediction of the next input.",
    },
    "x": {"label": "x, input", "formula": "x_k", "source": "", "note": "What entered at step k."},
}
RESETS: Mapping[str, Mapping[str, str]] = {
    "after": {
        "label": "after the matrix",
        "formula": r"n_t=\tanh(W_{in}x_t+b_{in}+r_t\odot(U_nh_{t-1}+b_{hn}))",
        "source": "torch.nn.GRU; cuDNN",
        "note": "As PyTorch, cuDNN and newer Keras have it.",
    },
    "before": {
        "label": "before the matrix",
        "formula": r"n_t=\tanh(W_{in}x_t+b_{in}+U_n(r_t\odot h_{t-1})+b_{hn})",
        "source": "Cho et al. 2014, arXiv 1406.1078",
        "note": "As in the 2014 paper, older Keras and the default of ONNX.",
    },
}
TRUNCATIONS: Mapping[str, Mapping[str, str]] = {
    "none": {
        "label": "none",
        "formula": "",
        "source": "Werbos 1990",
        "note": "The whole chain: every step hears of every later loss.",
    },
    "chunked": {
        "label": "chunked, detach every K",
        "formula": r"k>K\lfloor (t-1)/K\rfloor",
        "source": "Williams and Peng 1990, BPTT(h; h′) with h = h′; what detach does in PyTorch",
        "note": "The sequence is cut into pieces of K steps and the state is detached between them: a loss early in "
        "its piece reaches back hardly at all.",
    },
    "sliding": {
        "label": "sliding, K back from each loss",
        "formula": "t-k<K",
        "source": "Williams and Peng 1990, BPTT(h)",
        "note": "Every loss reaches back the same K steps, wherever it stands.",
    },
}
LOSSES: Mapping[str, Mapping[str, str]] = {
    "sum": {
        "label": "all steps, summed",
        "formula": r"L=\sum_t L_t",
        "source": "",
        "note": "Every step foretells the next value, and all errors are added up.",
    },
    "last": {
        "label": "the last step alone",
        "formula": r"L=L_T",
        "source": "",
        "note": "Only the last step that has a next value counts: all credit must come from far back.",
    },
}
POSITIONS: Mapping[str, Mapping[str, str]] = {
    "none": {
        "label": "none",
        "formula": "",
        "source": "",
        "note": "The inputs before t are a set: their order is not told.",
    },
    "sinusoidal": {
        "label": "sinusoidal",
        "formula": r"p_{t,2i}=\sin(t/10000^{2i/H}),\quad p_{t,2i+1}=\cos(t/10000^{2i/H})",
        "source": "Vaswani et al. 2017, section 3.5",
        "note": "Waves of many lengths are added to the inputs, so that attention can tell places apart.",
    },
}
ORDERS: Mapping[str, Mapping[str, str]] = {
    "original": {"label": "original", "formula": "", "source": "", "note": "As it is."},
    "shuffled": {
        "label": "shuffled",
        "formula": "",
        "source": "",
        "note": "In a random order: if steps were independent and alike, nothing would be lost.",
    },
    "reversed": {"label": "reversed", "formula": "", "source": "", "note": "Backwards, the last step first."},
}
FEATURES: Mapping[str, Mapping[str, str]] = {
    "bands": {
        "label": "band energies",
        "formula": r"x_{t,b}=\left(\log_{10}E_{t,b}-\mu_b\right)/\sigma_b",
        "source": "",
        "note": "How loud each of up to 16 equally wide bands of frequencies is in the frame, as a logarithm, each "
        "band standardised over the recording.",
    },
    "samples": {
        "label": "samples",
        "formula": r"x_{t,n}=\left(s_{(t-1)N+n}-\bar s\right)/\sigma_s",
        "source": "",
        "note": "The samples of the frame as they follow each other, all standardised alike.",
    },
}
