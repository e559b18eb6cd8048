"""A derivative is the total one: what is computed from the node at its own step moves with it, and everything after.

The definition is a forward pass, written here a second time, in which the value of one node may be given, and a central
difference of it in extended precision: no Jacobian, no product.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples, few
from tests.truth.networks import MEMO, asked
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.loss import loss_of
from unrolled.experiment.run import run
from unrolled.views import VIEWS
from unrolled.views.text.numbers import power

Numbers = Any
# A node: its layer, counted from 0, and h, c, or s = [h; c], both at once.
Node = tuple[int, str]
STEP = np.longdouble("1e-4")
CLOSE = 1e-9


def sigma(x: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-x))


def layer_step(model: str, reset: str, w: Mapping[str, Numbers], h: Numbers, c: Numbers, x: Numbers, given: Numbers):
    """Take one layer one step on, as the papers have it; gives h and c, which is empty where there is none."""
    a, b = w["weight_ih"] @ x + w["bias_ih"], w["bias_hh"]
    if model == "mingru":
        z, candidate = np.split(a + b, 2)
        return given.get("h", (1 - sigma(z)) * h + sigma(z) * candidate), c
    u = w["weight_hh"]
    if model == "rnn":
        return given.get("h", np.tanh(a + u @ h + b)), c
    if model == "lstm":
        i, f, g, o = np.split(a + u @ h + b, 4)
        c = given.get("c", sigma(f) * c + sigma(i) * np.tanh(g))
        return given.get("h", sigma(o) * np.tanh(c)), c
    (ar, az, an), (ur, uz, un), (br, bz, bn) = np.split(a, 3), np.split(u, 3), np.split(b, 3)
    r, z = sigma(ar + ur @ h + br), sigma(az + uz @ h + bz)
    n = np.tanh(an + (r * (un @ h + bn) if reset == "after" else un @ (r * h) + bn))
    return given.get("h", (1 - z) * n + z * h), c


class Definition:
    """The network of an experiment in extended precision."""

    def __init__(self, experiment: Experiment) -> None:
        result, self.query = run(experiment, MEMO), experiment.query
        self.layers, self.hidden = self.query.layers, self.query.hidden
        self.inputs = np.asarray(result.sequence.inputs, dtype=np.longdouble)
        self.readout = result.readout
        self.weights = [
            {
                name.removesuffix(f"_l{layer}"): np.asarray(value, dtype=np.longdouble)
                for name, value in result.parameters.items()
                if name.endswith(f"_l{layer}")
            }
            for layer in range(self.layers)
        ]

    def states(self, k: int = 0, node: Node = (0, "h"), value: Numbers = None) -> list[list[Numbers]]:
        """Give (h, c) of every layer after every step from rest; at step k the value of a node may be given."""
        zeros = np.zeros(self.hidden, dtype=np.longdouble)
        states = [[(zeros, zeros)] * self.layers]
        for step, x in enumerate(self.inputs, 1):
            after: list[Numbers] = []
            for layer in range(self.layers):
                given: dict[str, Numbers] = {}
                if value is not None and (step, layer) == (k, node[0]):
                    given = dict(zip("hc", np.split(value, 2), strict=True)) if node[1] == "s" else {node[1]: value}
                model, reset, w = self.query.model, self.query.reset, self.weights[layer]
                after.append(layer_step(model, reset, w, *states[-1][layer], after[-1][0] if after else x, given))
            states.append(after)
        return states

    def value(self, states: list[list[Numbers]], step: int, node: Node) -> Numbers:
        """Read a node off, or the output o."""
        h, c = states[step][node[0]]
        if node[1] == "o":
            return self.readout.weight @ h + self.readout.bias
        has_cell = self.query.model == "lstm"
        return {"h": h, "c": c, "s": np.concatenate([h, c]) if has_cell else h}[node[1]]

    def totals(self, of: Node, wrt: Node, k: int) -> list[Numbers]:
        """Give ∂(of)_t/∂(wrt)_k for t = k … T, each (R, C): Richardson's value of two central differences."""
        held = (wrt[0], wrt[1] if self.query.model == "lstm" else "h")
        at, length, columns = self.value(self.states(), k, wrt), len(self.inputs), []
        for unit in np.eye(len(at), dtype=np.longdouble):

            def difference(size: Numbers, unit: Numbers = unit) -> Numbers:
                ends = [self.states(k, held, at + sign * size * unit) for sign in (1, -1)]
                plus, minus = (np.array([self.value(end, t, of) for t in range(k, length + 1)]) for end in ends)
                return (plus - minus) / (2 * size)

            columns.append((4 * difference(STEP / 2) - difference(STEP)) / 3)
        return list(np.stack(columns, axis=2).astype(float))


@cache
def totals(experiment: Experiment, steps: tuple[int, ...] = ()) -> Mapping[tuple[int, int], Numbers]:
    """Give ∂(of)_t/∂(wrt)_k of every pair of steps, or of some k."""
    query, definition = experiment.query, Definition(experiment)
    top = query.layers if query.layer is None else query.layer
    bottom = top if query.origin is None else query.origin
    of, wrt = (top - 1, query.of), (bottom - 1, query.wrt)
    return {
        (k + lag, k): matrix
        for k in steps or range(1, query.length + 1)
        for lag, matrix in enumerate(definition.totals(of, wrt, k))
    }


def size(matrix: Numbers, norm: str) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log10(np.linalg.norm(matrix, 2 if norm == "spectral" else "fro")))


def told(view: str, experiment: Experiment) -> Any:
    return VIEWS[view].compute(experiment, MEMO)


SMALL = {"length": 6, "hidden": 3, "init": "gaussian", "gain": 1.5, "seed": 3}
LSTM = SMALL | {"model": "lstm", "forget_bias": 1}
CASES = [
    *(LSTM | {"of": of, "wrt": wrt} for of in "hcs" for wrt in "hcs"),
    LSTM | {"of": "o", "wrt": "c"},
    LSTM | {"layers": 2, "of": "h", "wrt": "h", "origin": 1},
    LSTM | {"layers": 2, "of": "c", "wrt": "c", "origin": 1},
    LSTM | {"layers": 2, "of": "h", "wrt": "s", "origin": 1},
    LSTM | {"layers": 3, "of": "s", "wrt": "c", "origin": 1},
    LSTM | {"layers": 3, "of": "h", "wrt": "c", "layer": 2, "origin": 2},
    *(
        SMALL | {"model": model, "layers": layers, "origin": 1}
        for model in ("rnn", "gru", "mingru")
        for layers in (1, 2, 3)
    ),
    SMALL | {"model": "rnn", "layers": 3, "origin": 2, "of": "o"},
    SMALL | {"model": "gru", "reset": "before", "layers": 2, "origin": 1},
]


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("fields", CASES, ids=lambda fields: "-".join(map(str, fields.values())))
def test_every_cell_of_the_triangle(fields, norm):
    experiment = asked(**fields, norm=norm)
    cells, definition = told("influence", experiment).log10_norm, totals(asked(**fields))
    for (t, k), matrix in definition.items():
        expected = size(matrix, norm)
        assert cells[t - 1, k - 1] == expected or abs(cells[t - 1, k - 1] - expected) < CLOSE, (t, k)


# Of more units and steps the norms are enclosed, where those of few are decomposed.
LARGER = {"hidden": 9, "length": 40, "seed": 1}


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize(
    "fields",
    [
        LARGER | {"model": "lstm", "wrt": "c", "forget_bias": 2},
        LARGER | {"model": "lstm", "of": "c", "wrt": "c", "forget_bias": 2},
        LARGER | {"model": "gru", "layers": 2, "origin": 1, "forget_bias": 1},
    ],
    ids=str,
)
def test_some_columns_of_a_larger_triangle(fields, norm):
    cells = told("influence", asked(**fields, norm=norm)).log10_norm
    for (t, k), matrix in totals(asked(**fields), (1, 17, 37)).items():
        expected = size(matrix, norm)
        assert abs(cells[t - 1, k - 1] - expected) < 10.0 ** max(-9, -14 - expected), (t, k)


@pytest.mark.parametrize("fields", few(CASES, CASES[1:2] + CASES[3:4] + CASES[10:13] + CASES[16:19]), ids=str)
def test_one_jacobian_its_singular_values_and_what_is_said_of_it(fields):
    definition = totals(asked(**fields))
    for t, k in ((3, 3), (4, 3), (6, 1)):
        result = told("jacobian", asked(**fields, t=t, k=k))
        truth = definition[t, k]
        np.testing.assert_allclose(
            result.matrix.matrix * 10.0**result.matrix.log10_scale if truth.any() else result.matrix.matrix,
            truth,
            atol=1e-10 * max(1e-300, np.abs(truth).max()),
        )
        if not truth.any():
            assert "exactly nothing" in result.sentence()
            continue
        values = np.log10(np.linalg.svd(truth, compute_uv=False))
        known = values > values[0] - 5
        np.testing.assert_allclose(result.log10_singular_values[known], values[known], atol=1e-6)
        sentence = result.sentence()
        if "against itself" not in sentence:
            assert sentence.values["size"] == pytest.approx(size(truth, "spectral"), abs=CLOSE)
            assert "all of it" in sentence or power(sentence.values["size"]) in sentence


@pytest.mark.parametrize("fields", few(CASES, CASES[1:2] + CASES[8:9] + CASES[10:13] + CASES[16:18]), ids=str)
def test_what_is_left_of_the_gradient_beside_the_graph(fields):
    definition = totals(asked(**fields))
    for t, k in ((3, 3), (6, 2)):
        graph = told("graph", asked(**fields, t=t, k=k))
        assert graph.log10_norm == pytest.approx(size(definition[t, k], "spectral"), abs=CLOSE)
        for step, left in graph.diagram.sizes.items():
            assert left == pytest.approx(size(definition[t, step], "spectral"), abs=CLOSE), step
        # What has a path is not zero, and what has none is exactly zero.
        is_drawn = any(edge.on_path for edge in graph.diagram.edges) or graph.diagram.ends & _both(graph, fields)
        assert bool(is_drawn) == definition[t, k].any()


def _both(graph: Any, fields: Mapping[str, Any]) -> frozenset[str]:
    """Give the nodes that are both ends."""
    is_same = graph.t == graph.k and fields.get("origin", fields.get("layers", 1)) == fields.get("layers", 1)
    shared = fields.get("of", "h") == fields.get("wrt", "h") or "s" in (fields.get("of"), fields.get("wrt"))
    return graph.diagram.ends if is_same and shared else frozenset()


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_truths_that_an_lstm_is_compared_with_and_its_cell_with_the_output_held(norm):
    fields = LSTM | {"norm": norm, "forget_bias": 2}
    result = told("shortcuts", asked(**fields))
    curves, sentence = result.curves, result.sentence()
    assert sentence.values["steps"] == 5
    for name, part, place in (("truth_h", "h", "h"), ("truth_c", "c", "c"), ("held_c", "c", "s")):
        definition = totals(asked(**fields | {"norm": "spectral", "of": part, "wrt": place}))
        for index, lag in enumerate(curves.lag.tolist()):
            # So short a sequence is followed from the first step alone; of s = [h; c] the last columns hold h.
            matrix = definition[1 + lag, 1][:, -3:]
            assert getattr(curves, name)[index] == pytest.approx(size(matrix, norm), abs=CLOSE), (name, lag)
        assert sentence.values[name] == getattr(curves, name)[-1]
        assert power(sentence.values[name]) in sentence


@settings(max_examples=examples(24), deadline=None)
@given(
    model=st.sampled_from(["rnn", "lstm", "gru", "mingru"]),
    layers=st.integers(1, 3),
    parts=st.tuples(st.sampled_from("hcs"), st.sampled_from("hcs")),
    origin=st.integers(1, 3),
    hidden=st.integers(1, 3),
    gain=st.sampled_from([0.0, 0.7, 3.0]),
    seed=st.integers(0, 10**6),
)
def test_any_small_network(model, layers, parts, origin, hidden, gain, seed):
    of, wrt = parts if model == "lstm" else ("h", "h")
    more = {} if model == "mingru" else {"gain": gain, "init": "gaussian"}
    fields = {"model": model, "layers": layers, "origin": min(origin, layers), "hidden": hidden, "length": 4}
    experiment = asked(**fields, of=of, wrt=wrt, seed=seed, **more)
    cells = told("influence", experiment).log10_norm
    for (t, k), matrix in totals(experiment).items():
        expected = size(matrix, "spectral")
        # Differences leave out what is below their rounding.
        if expected < -10:
            assert cells[t - 1, k - 1] < -9, (t, k)
        else:
            assert abs(cells[t - 1, k - 1] - expected) < (1e-4 if expected < -5 else 1e-8), (t, k)


@pytest.mark.parametrize("model", ["lstm", "gru", "rnn"])
def test_credit_takes_every_loss_back_by_the_same_derivative(model):
    fields = SMALL | {"model": model, "layers": 2}
    credit, seeds = told("credit", asked(**fields, layer=1)).credit, loss_of(asked(**fields, layer=1), MEMO).seeds
    definition = totals(asked(**fields, layer=2, origin=1))
    for row, t in enumerate(credit.t.tolist()):
        for column, k in enumerate(credit.k.tolist()):
            if k <= t:
                arriving = seeds[row] @ definition[t, k]
                assert credit.log10_norm[row, column] == pytest.approx(np.log10(np.linalg.norm(arriving)), abs=1e-8)
