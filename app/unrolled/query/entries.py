"""The table of the fields of the query: one entry a field, in the order in which they are listed."""

from typing import Literal

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.models import MODELS
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.query.entry import (
    DERIVATIVE,
    FAR_BACK,
    GATES,
    LAYERS,
    MORE,
    NETWORK,
    READS,
    SAMPLING,
    WINDOW,
    Entry,
    Place,
    Said,
    Values,
    field,
)
from unrolled.query.labels import BLOCKS, FEATURES, LOSSES, NORMS, ORDERS, POSITIONS, RESETS, TRUNCATIONS
from unrolled.query.part import Part
from unrolled.query.spreads import around, consecutive, first_four, offsets, quarters, up_to
from unrolled.query.types import (
    MAX_FRAME,
    MAX_HIDDEN,
    MAX_LAYERS,
    MAX_LENGTH,
    MAX_RESOLUTION,
    MAX_TEXT,
    ActivationName,
    InitName,
    InputName,
    ModelName,
    Series,
    Version,
)

DEFAULT_TEXT = "The cat that the dogs chased was tired."


class Entries(Part):
    """The fields as types, bounds and words; `unrolled.query.fields.Fields` reads them."""

    # fmt: off
    v: Version = field(1, Entry("Version", "Version of the link's meaning; always 1.", compared="kept"))
    model: ModelName = field("rnn", Entry(
        "Model", "The network: it carries a state from step to step, or sees its inputs directly.",
        Place(NETWORK, 1), said=Said(always=True), table=MODELS,
        values=Values(self_explaining=True), asked=True
    ))
    activation: ActivationName = field("tanh", Entry(
        "Activation", "φ of the vanilla RNN: its slope φ′ multiplies the gradient at every step.",
        Place(NETWORK, 2), said=Said(always=True), table=ACTIVATIONS,
        values=Values(self_explaining=True), asked=True
    ))
    length: int = field(32, Entry(
        "Length T", "How many time steps are unrolled.", Place(READS, 4), said=Said("T {}", always=True),
        values=Values("T = {}")
    ), ge=1, le=MAX_LENGTH)
    hidden: int = field(16, Entry(
        "Hidden size H", "How many units carry the state.", Place(NETWORK, 5), said=Said("H {}", always=True),
        values=Values("H = {}")
    ), ge=1, le=MAX_HIDDEN)
    layers: int = field(1, Entry(
        "Layers", "How many layers stand on top of each other; each reads the one below.", Place(NETWORK, 3),
        said=Said("{} layers"), values=Values("{} layers", first_four)
    ), ge=1, le=MAX_LAYERS)
    window: int = field(8, Entry(
        "Window K", "How many steps back: the inputs that a windowed MLP sees, or what a truncation keeps.",
        Place(FAR_BACK, 16), said=Said("K {}"), values=Values("K = {}"), needs="states"
    ), ge=1, le=MAX_LENGTH)
    truncation: Literal["none", "chunked", "sliding"] = field("none", Entry(
        "Truncation", "Whether backpropagation through time is cut off, and how.", Place(FAR_BACK, 15), said=Said(),
        table=TRUNCATIONS, needs="states"
    ))
    loss: Literal["sum", "last"] = field("sum", Entry(
        "Loss", "What is learned from: how wrong every step foretells the next value, or the last step alone.",
        Place(FAR_BACK, 17), said=Said("loss: {}"), table=LOSSES, compared="kept", needs="recurrent matrix"
    ))
    tolerance: float = field(0.1, Entry(
        "Tolerated bias", "How far a truncated gradient may be from the whole one, as a share of its length.",
        Place(FAR_BACK, 18), said=Said("bias up to {}"), compared="kept", step=0.01, needs="recurrent matrix"
    ), gt=0, le=1)
    key: int | None = field(None, Entry(
        "Key size d_k", "Entries of attention's queries and keys; as many as hidden units when left out.",
        Place(NETWORK, 6), said=Said("d_k {}", order=13), left_out="as H", values=Values("d_k = {}")
    ), ge=1, le=MAX_HIDDEN)
    positions: Literal["none", "sinusoidal"] = field("none", Entry(
        "Positions", "Whether attention is told where in the sequence an input stands.", Place(NETWORK, 7),
        said=Said("{} positions", order=14), table=POSITIONS
    ))
    init: InitName = field("pytorch", Entry(
        "Initialisation", "How the recurrent matrix W_hh is drawn, gate by gate.", Place(NETWORK, 8),
        said=Said(always=True), table=INITIALISATIONS, values=Values(self_explaining=True)
    ))
    gain: float = field(1.0, Entry(
        "Gain", "Multiplies the recurrent matrix W_hh, whatever drew it.", Place(NETWORK, 9),
        said=Said("gain {}", always=True), values=Values(spread=around), asked=True, step=0.05
    ), ge=0, le=10)
    forget_bias: float | None = field(None, Entry(
        "Forget bias",
        "Bias of the gate that keeps the past, an LSTM's f or a GRU's z, and minus that of a minGRU's z, which writes;"
        " as the initialisation has it when left out.",
        Place(NETWORK, 10), said=Said("forget bias {}"), left_out="as drawn", values=Values(spread=offsets),
        step=0.5
    ), ge=-20, le=20)
    chrono: int | None = field(None, Entry(
        "Chrono T_max",
        "Draws the keeping gate's bias as ln U(1, T_max − 1), so that memories last up to T_max steps.",
        Place(NETWORK, 11, fold=GATES), said=Said("chrono {}"), left_out="off"
    ), ge=3, le=MAX_LENGTH)
    reset: Literal["after", "before"] = field("after", Entry(
        "Reset gate", "Whether a GRU's reset gate stands after the matrix, as in PyTorch, or before it.",
        Place(NETWORK, 12, fold=GATES), said=Said("reset {}"), table=RESETS
    ))
    input: InputName = field("noise", Entry(
        "Input", "The sequence that drives the network.", Place(READS, 19), said=Said(always=True), table=SEQUENCES,
        values=Values(self_explaining=True)
    ))
    order: Literal["original", "shuffled", "reversed"] = field("original", Entry(
        "Order", "Whether the sequence is fed as it is, in a random order, or backwards.", Place(READS, 25),
        said=Said(), table=ORDERS
    ))
    amplitude: float = field(1.0, Entry(
        "Amplitude", "Multiplies the input: loud inputs push units into saturation.", Place(READS, 24),
        values=Values(spread=quarters), step=0.1
    ), ge=0, le=100)
    text: str = field(DEFAULT_TEXT, Entry(
        "Text", "Any sentence in any language, fed one character a step.", Place(READS, 20), blank=True, of_input="text"
    ), max_length=MAX_TEXT)
    series: Series = field((), Entry(
        "Your numbers", "Your own series: numbers separated by commas, spaces or line breaks.", Place(READS, 21),
        of_input="series"
    ))
    frame: int = field(64, Entry(
        "Frame", "Samples of the sound that make one step: 8 of the bundled one are a millisecond.",
        Place(READS, 23, compared=MORE), of_input="sound"
    ), ge=1, le=MAX_FRAME)
    features: Literal["bands", "samples"] = field("bands", Entry(
        "Heard as", "What enters of a frame of sound: how loud its bands of frequencies are, or its samples.",
        Place(READS, 22, compared=MORE), of_input="sound", table=FEATURES
    ))
    norm: Literal["spectral", "frobenius"] = field("spectral", Entry(
        "Norm", "How the size of ∂h_t/∂h_k is measured: its largest gain, or all its entries together.",
        Place(DERIVATIVE, 31), said=Said("{} norm"), table=NORMS
    ))
    seed: int = field(0, Entry(
        "Seed", "Draws the weights and the noise; the same seed gives the same picture.", Place(NETWORK, 26),
        said=Said("seed {}", always=True), values=Values(spread=consecutive)
    ), ge=0, le=2**31 - 1)
    of: Literal["h", "c", "s", "o"] = field("h", Entry(
        "Of", "The state, or the output o, whose derivative is taken.", Place(DERIVATIVE, 27), said=Said(),
        table=BLOCKS, stateless="o"
    ))
    wrt: Literal["h", "c", "s", "x"] = field("h", Entry(
        "With respect to", "What it is taken with respect to; what is computed from it at step k moves with it.",
        Place(DERIVATIVE, 28), table=BLOCKS, stateless="x"
    ))
    layer: int | None = field(None, Entry(
        "Layer", "The layer of the later state; the last when left out.", Place(DERIVATIVE, 29),
        said=Said("layer {}"), left_out="the last", values=Values(spread=up_to("layers")), stacked=True, needs="states"
    ), ge=1, le=MAX_LAYERS)
    origin: int | None = field(None, Entry(
        "Origin layer", "The layer of the earlier state, the same when left out; the layers above it move with it.",
        Place(DERIVATIVE, 30, fold=LAYERS), said=Said("from layer {}"), left_out="the same",
        values=Values(spread=up_to("layers")), stacked=True, needs="states"
    ), ge=1, le=MAX_LAYERS)
    t: int | None = field(None, Entry(
        "Step t", "The later step of the chosen cell; the last of the window when left out.", compared="left out"
    ), ge=1)
    k: int | None = field(None, Entry(
        "Step k", "The earlier step of the chosen cell; the first of the window when left out.", compared="left out"
    ), ge=1)
    resolution: int = field(128, Entry(
        "Resolution", "At most this many rows and columns are sampled from a long sequence.",
        Place(DERIVATIVE, 36, fold=SAMPLING), compared="setting"
    ), ge=2, le=MAX_RESOLUTION)
    from_: int | None = field(None, Entry(
        "From step", "The window begins at this step; the first when left out.", Place(DERIVATIVE, 32, fold=WINDOW),
        left_out="first", compared="left out"
    ), ge=1, alias="from")
    until: int | None = field(None, Entry(
        "Until step", "The window's columns k end here; where the window ends when left out.",
        Place(DERIVATIVE, 33, fold=WINDOW), left_out="as “to”", compared="left out"
    ), ge=1)
    since: int | None = field(None, Entry(
        "Since step", "The window's rows t begin here; where the window begins when left out.",
        Place(DERIVATIVE, 34, fold=WINDOW), left_out="as “from”", compared="left out"
    ), ge=1)
    to: int | None = field(None, Entry(
        "To step", "The window ends at this step; the last when left out.", Place(DERIVATIVE, 35, fold=WINDOW),
        left_out="last", compared="left out"
    ), ge=1)
