"""Which choices do not count for a problem, in words: a control that changes nothing must say so."""

from collections.abc import Iterator

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query

_OWN_WEIGHTS = "The weights are your own: init, gain and seed do not change them."
_DRAWN_READOUT = "The readout Wₕₒ is no part of your weights: it is drawn from the seed."


def ignored_fields(experiment: Experiment) -> Iterator[str]:
    """Say which choices do not count.

    Parameters
    ----------
    problem : Experiment
        Any model's.

    Yields
    ------
    str
        A sentence.
    """
    query = experiment.query
    if experiment.weights is not None:
        yield _OWN_WEIGHTS
        if query.of == "o":
            yield _DRAWN_READOUT
    if query.model in ("lstm", "gru") and _is_set(query, "activation"):
        yield f"The gates of this {_label(query)} have sigmoid and tanh built in: activation does not change it."
    if query.model == "attention" and (_is_set(query, "activation") or _is_set(query, "layers")):
        yield "Attention stands here by itself, one head in one layer: activation and layers do not count."
    if query.model in ("mlp", "window") and query.layers == 1 and (_is_set(query, "init") or _is_set(query, "gain")):
        yield "With one hidden layer no square matrix is drawn: init and gain do not count."
    if query.is_direct and (_is_set(query, "loss") or _is_set(query, "tolerance")):
        yield f"{_capital(_with_article(query))} has no recurrent matrix to credit: loss and tolerance do not count."
    keeps = query.forget_bias is not None or query.chrono is not None
    if keeps and (query.model not in ("lstm", "gru") or experiment.weights is not None):
        kept = query.model in ("lstm", "gru")
        why = "the weights are your own" if kept else f"{_with_article(query)} has no gate to keep the past"
        yield f"Here {why}: forget_bias and chrono do not count."


def _is_set(query: Query, name: str) -> bool:
    return bool(query.value(name) != query.model_default(name))


def _label(query: Query) -> str:
    return EVERY_MODEL[query.model].label


def _with_article(query: Query) -> str:
    return "attention" if query.model == "attention" else f"{'an' if query.model == 'mlp' else 'a'} {_label(query)}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
