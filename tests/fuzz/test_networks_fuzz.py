"""Any network at all, however extreme its numbers: every view gives finite numbers, or says why there are none."""

import io
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from starlette.testclient import TestClient

from tests.cases import examples
from tests.fuzz.strategies import queries
from tests.models import RECURRENT, make_network
from unrolled.core.arrays.types import Array
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.settings import Settings
from unrolled.views import VIEWS

fuzzed = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
paths = st.sampled_from([f"/api/v1/{view}{suffix}" for view in VIEWS for suffix in ("", "/figure", ".csv", ".npz")])
INSIDE = ("t", "k", "from", "until", "since", "to")
OCTETS = {"Content-Type": "application/octet-stream"}
entries = st.floats(-1e100, 1e100) | st.floats(-2, 2) | st.sampled_from([0.0, -0.0, 1e-308, 5e-324, 1e100, -1e100])


@pytest.fixture(scope="module")
def small() -> TestClient:
    """Give a server that remembers little, so that nothing is answered from memory."""
    return TestClient(create_app(Settings(cache_mib=1, threads=2)))


def check(answer: Any, path: str, model: str) -> None:
    """Hold an answer to the contract: finite numbers, or the network's state overflows, or it is too much.

    What means nothing for a model says so.
    """
    assert answer.status_code in (200, 422), answer.text[:500]
    if answer.headers["content-type"] == "application/json":
        answer.json(parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    is_meant = model in VIEWS[path.split("/")[3].partition(".")[0]].models
    if answer.status_code == 422 or not is_meant:
        expected = ("overflow", "too-much-work") if is_meant else ("invalid-input",)
        assert answer.json()["type"].partition("#")[2] in expected, answer.text[:500]


@fuzzed
@given(path=paths, query=queries(), length=st.integers(1, 40), hidden=st.integers(1, 8))
def test_any_network_of_a_link(small: TestClient, path: str, query: Query, length: int, hidden: int) -> None:
    inside = {name: value and 1 + value % length for name in INSIDE if (value := query.value(name))}
    t, first, last = (inside.get(name) for name in ("t", "from", "to"))
    if inside.get("k", 1) > (t or length):
        inside["k"] = t
    if first and first > (last or length):
        inside["from"], inside["to"] = last, first
    low, high = inside.get("from") or 1, inside.get("to") or length
    inside |= {name: min(max(inside[name], low), high) for name in ("since", "until") if name in inside}
    fields = dict.fromkeys(INSIDE) | inside | {"length": length, "hidden": hidden}
    check(small.get(query.changed(**fields).url(path)), path, query.model)


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Array]]:
    """Draw a query and arrays whose shapes agree, as a file holds them."""
    model, layers = draw(st.sampled_from(list(RECURRENT))), draw(st.integers(1, 3))
    hidden, size, length = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 12))

    def array(shape: tuple[int, ...]) -> Array:
        count = math.prod(shape)
        return np.array(draw(st.lists(entries, min_size=count, max_size=count))).reshape(shape)

    shapes: dict[str, tuple[int, ...]] = {"inputs": (length, size)}
    has_biases = draw(st.booleans())
    parameters = make_network(model, size, hidden, layers).parameter_shapes()
    shapes |= {name: shape for name, shape in parameters.items() if has_biases or name.startswith("weight")}
    shapes |= dict.fromkeys(draw(st.sets(st.sampled_from(RECURRENT[model].states))), (layers, hidden))
    query = {
        "model": model,
        "activation": draw(st.sampled_from(list(ACTIVATIONS))),
        "norm": draw(st.sampled_from(["spectral", "frobenius"])),
        "reset": draw(st.sampled_from(["after", "before"])),
    }
    return query, {name: array(shape) for name, shape in shapes.items()}


@fuzzed
@given(path=paths, drawn=networks(), form=st.sampled_from(["json", "npz", "safetensors"]))
def test_any_network_of_ones_own(
    small: TestClient, path: str, drawn: tuple[dict[str, str], dict[str, Array]], form: str
) -> None:
    query, arrays = drawn
    if form == "json":
        check(small.post(path, json=as_json(query, arrays)), path, query["model"])
    else:
        body = save(arrays) if form == "safetensors" else npz(arrays)
        check(small.post(path, params=query, content=body, headers=OCTETS), path, query["model"])


def as_json(query: dict[str, str], arrays: dict[str, Array]) -> dict[str, Any]:
    """Say the same in JSON."""
    lists = {name: array.tolist() for name, array in arrays.items()}
    inputs = lists.pop("inputs")
    state = {name: lists.pop(name) for name in ("h", "c") if name in lists}
    return {"query": query, "weights": lists, "inputs": inputs, "initial_state": state or None}


def npz(arrays: dict[str, Any]) -> bytes:
    """Write an NPZ."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


NAMES = st.sampled_from(
    ["inputs", "h", "c", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_hh_l1", "rnn.weight_hh_l0"]
) | st.text(max_size=8).filter(lambda name: name not in ("file", "__metadata__"))
DTYPES = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool_, np.complex64])
SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
ARRAYS = st.builds(np.ones, SHAPES, DTYPES)


@fuzzed
@given(
    arrays=st.dictionaries(NAMES, ARRAYS, max_size=6),
    query=st.lists(
        st.tuples(st.sampled_from(["model", "layers", "hidden", "t", "x"]), st.text(max_size=4)), max_size=3
    ),
    form=st.sampled_from(["npz", "safetensors"]),
    missing=st.integers(0, 40) | st.just(0),
)
def test_any_file_is_answered(
    small: TestClient, arrays: dict[str, Any], query: list[tuple[str, Any]], form: str, missing: int
) -> None:
    body = save(arrays) if form == "safetensors" else npz({name.replace("/", "_"): arrays[name] for name in arrays})
    answer = small.post("/api/v1/influence", params=query, content=body[: len(body) - missing], headers=OCTETS)
    assert answer.status_code in (200, 422), answer.text[:500]
    if answer.status_code == 422:
        assert all(fault["message"] for fault in answer.json()["errors"])
