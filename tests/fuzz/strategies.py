"""Queries of every kind that is valid, and garbage of every kind that is not."""

from hypothesis import strategies as st

from tests.models import RECURRENT
from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.query.query import Query
from unrolled.query.types import (
    MAX_FRAME,
    MAX_HIDDEN,
    MAX_LAYERS,
    MAX_LENGTH,
    MAX_RESOLUTION,
    MAX_SERIES,
    MAX_TEXT,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_TEXT)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def _names(table: object) -> st.SearchStrategy[str]:
    return st.sampled_from(list(table))  # type: ignore[call-overload]


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Draw any valid query."""
    length = draw(st.integers(1, MAX_LENGTH))
    t = draw(st.none() | st.integers(1, length))
    model, layers = draw(_names(RECURRENT)), draw(st.integers(1, MAX_LAYERS))
    layer = draw(st.none() | st.integers(1, layers))
    # These hold each other: they are all given, or none of them is.
    network = {
        "model": model,
        "layers": layers,
        "hidden": draw(st.integers(1, MAX_HIDDEN)),
        "of": draw(_names([*RECURRENT[model].states, "s"])),
        "wrt": draw(_names([*RECURRENT[model].states, "s", "x"])),
        "layer": layer,
        "origin": draw(st.none() | st.integers(1, layer or layers)),
    }
    first, last = sorted(draw(st.tuples(st.integers(1, length), st.integers(1, length))))
    window = {
        "from": draw(st.none() | st.just(first)),
        "to": draw(st.none() | st.just(last)),
        "since": draw(st.none() | st.integers(first, last)),
        "until": draw(st.none() | st.integers(first, last)),
    }
    keeps = {"forget_bias": draw(st.floats(-20, 20))} if draw(st.booleans()) else {"chrono": draw(st.integers(3, 99))}
    fields = {
        "activation": draw(_names(ACTIVATIONS)),
        "length": length,
        "reset": draw(st.sampled_from(["after", "before"])),
        **keeps,
        "init": draw(_names(INITIALISATIONS)),
        "gain": draw(st.floats(0, 10)),
        "input": draw(_names(SEQUENCES)),
        "frame": draw(st.integers(1, MAX_FRAME)),
        "features": draw(st.sampled_from(["bands", "samples"])),
        "amplitude": draw(st.floats(0, 100)),
        "text": draw(TEXTS.filter(bool)),
        "series": tuple(draw(st.lists(FINITE, min_size=1, max_size=draw(st.sampled_from([1, 10, MAX_SERIES]))))),
        "norm": draw(st.sampled_from(["spectral", "frobenius"])),
        "seed": draw(st.integers(0, 2**31 - 1)),
        "loss": draw(st.sampled_from(["sum", "last"])),
        "tolerance": draw(st.floats(0, 1, exclude_min=True)),
        "t": t,
        "k": draw(st.none() | st.integers(1, length if t is None else t)),
        "resolution": draw(st.integers(2, MAX_RESOLUTION)),
    }
    chosen = draw(st.sets(st.sampled_from([name for name in fields if name not in ("input", "length", "t", "k")])))
    needed = {"length", "t", "k"} | ({"input", "text", "series"} if draw(st.booleans()) else set())
    values = (network if draw(st.booleans()) else {"hidden": draw(st.integers(1, MAX_HIDDEN))}) | window
    return Query.build(values | {name: value for name, value in fields.items() if name in chosen | needed})


NAMES = st.sampled_from([*Query.names(), "from_", "assert", "embed", "hide", "foo"]) | st.text(max_size=20)
NUMBERS = FINITE.map(repr) | st.integers().map(str) | st.sampled_from(["nan", "inf", "-inf", "1e999", "0x10", "٣", "²"])
VALUES = (
    TEXTS.map(lambda text: text[:200])
    | NUMBERS
    | st.sampled_from(["", "1", "h", "c", "relu", "lstm", "gru", "text", "series", "true", "null"])
)
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=12,
)
PARAMETERS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "rnn.weight_hh_l0", "weight_hh_l1", "x")
ARRAYS = st.lists(st.lists(st.floats() | st.integers(-9, 9), max_size=4), max_size=4)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "query": st.dictionaries(NAMES, JSON_VALUES, max_size=3) | JSON_VALUES,
        "weights": st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                PARAMETERS,
                ARRAYS | JSON_VALUES,
            ),
        )
        | JSON_VALUES,
        "inputs": ARRAYS | JSON_VALUES,
        "initial_state": st.fixed_dictionaries({}, optional={"h": ARRAYS | st.lists(st.floats()), "c": JSON_VALUES})
        | JSON_VALUES,
        "assert": st.lists(JSON_VALUES | st.sampled_from(["horizon>=1", "rate<=-1e999"]), max_size=3) | JSON_VALUES,
        "more": JSON_VALUES,
    },
)
