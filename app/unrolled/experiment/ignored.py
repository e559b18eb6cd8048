"""Which choices do not count for an experiment, in words: a control that changes nothing must say so."""

from collections.abc import Iterator

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query

_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."
_DRAWN_READOUT = "The readout Wₕₒ is no part of your weights: it is drawn from the seed."
_GATED = "The gates of this {label} have sigmoid and tanh built in: activation does not change it."
_ATTENTION = "Attention stands here by itself, one head in one layer: activation and layers do not count."
_NO_SQUARE_MATRIX = "With one hidden layer no square matrix is drawn: init and gain do not count."
_NOTHING_TO_CREDIT = "{Model} has no recurrent matrix to credit: loss and tolerance do not count."
_OWN_BIASES = "Here the weights are your own: forget_bias and chrono do not count."
_NO_GATE = "Here {model} has no gate to keep the past: forget_bias and chrono do not count."


def ignored_fields(experiment: Experiment) -> Iterator[str]:
    """Say which choices do not count, a sentence each."""
    query = experiment.query
    is_gated = query.model in ("lstm", "gru")
    if experiment.weights is not None:
        yield _OWN_WEIGHTS
        if query.of == "o":
            yield _DRAWN_READOUT
    if is_gated and _is_set(query, "activation"):
        yield _GATED.format(label=EVERY_MODEL[query.model].label)
    if query.model == "attention" and (_is_set(query, "activation") or _is_set(query, "layers")):
        yield _ATTENTION
    if query.model in ("mlp", "window") and query.layers == 1 and (_is_set(query, "init") or _is_set(query, "gain")):
        yield _NO_SQUARE_MATRIX
    if query.is_direct and (_is_set(query, "loss") or _is_set(query, "tolerance")):
        name = _with_article(query)
        yield _NOTHING_TO_CREDIT.format(Model=name[0].upper() + name[1:])
    if query.forget_bias is not None or query.chrono is not None:
        if not is_gated:
            yield _NO_GATE.format(model=_with_article(query))
        elif experiment.weights is not None:
            yield _OWN_BIASES


def _is_set(query: Query, name: str) -> bool:
    return bool(query.value(name) != query.model_default(name))


def _with_article(query: Query) -> str:
    label = EVERY_MODEL[query.model].label
    return "attention" if query.model == "attention" else f"{'an' if query.model == 'mlp' else 'a'} {label}"
