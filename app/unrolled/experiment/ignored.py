"""Which choices do not count for an experiment, in words: a control that changes nothing must say so."""

from collections.abc import Iterator

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query

_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."
_DRAWN_READOUT = "The readout Wₕₒ is no part of your weights: it is drawn from the seed."
_GATED = "The gates of this {label} have sigmoid and tanh built in: activation does not change it."
_BUILT_IN = "This {label} has its activations built in: activation does not change it."
_SINGLE = "Attention stands here by itself, one head in one layer: activation and layers do not count."
_NO_SQUARE_MATRIX = "With one hidden layer no square matrix is drawn: init and gain do not count."
_NOTHING_TO_CREDIT = "{Model} has no recurrent matrix to credit: loss and tolerance do not count."
_OWN_BIASES = "Here the weights are your own: forget_bias and chrono do not count."
_NO_RECURRENT_MATRIX = "{Model} has no recurrent matrix: gain does not count."
_NO_GATE = "Here {model} has no gate to keep the past: forget_bias and chrono do not count."


def ignored_fields(experiment: Experiment) -> Iterator[str]:
    """Say which choices do not count, a sentence each."""
    query = experiment.query
    if experiment.weights is not None:
        yield _OWN_WEIGHTS
        if query.of == "o":
            yield _DRAWN_READOUT
    yield from _ignored_by_model(query)
    if query.forget_bias is not None or query.chrono is not None:
        if not query.row.keeps:
            yield _NO_GATE.format(model=query.row.words.indefinite)
        elif experiment.weights is not None:
            yield _OWN_BIASES


def _ignored_by_model(query: Query) -> Iterator[str]:
    """Say what a model has built in, or has not."""
    model = query.row
    if model.states and "activation" not in model.reads and _is_set(query, "activation"):
        yield (_GATED if model.has_recurrent_matrix and model.keeps else _BUILT_IN).format(label=model.label)
    if "layers" not in model.reads and _is_set(query, "activation", "layers"):
        yield _SINGLE
    if _has_no_square_matrix(query) and _is_set(query, "init", "gain"):
        yield _NO_SQUARE_MATRIX
    if model.states and "gain" not in model.reads and _is_set(query, "gain"):
        yield _NO_RECURRENT_MATRIX.format(Model=_capitalised(model.words.indefinite))
    if not model.has_recurrent_matrix and _is_set(query, "loss", "tolerance"):
        yield _NOTHING_TO_CREDIT.format(Model=_capitalised(model.words.indefinite))


def _has_no_square_matrix(query: Query) -> bool:
    """Tell whether all matrices lead from inputs to hidden units or on to outputs: an MLP of one hidden layer."""
    return not query.state_names and "layers" in query.row.reads and query.layers == 1


def _is_set(query: Query, *names: str) -> bool:
    return any(query.value(name) != query.model_default(name) for name in names)


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
