"""Verdict, horizon, rate and their sentence are those of the definition, over every pair of steps."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.truth.networks import MEMO, NETWORKS, asked, linear, whole
from unrolled.core.arrays.types import Array
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import horizons, sufficient_truncation, told
from unrolled.views.text.numbers import counted, factor, pace, remainder
from unrolled.views.text.verdict import horizon_sentence, summary_payload, verdict_sentence

CHAINS = [name for name, experiment in NETWORKS.items() if experiment.query.row.states]
# Of long sequences verdict, horizon and rate are medians over some steps, and say so.
EVERY_STEP = [name for name in CHAINS if not told(NETWORKS[name], MEMO).is_sampled]


def medians(sizes: Array) -> Array:
    """m(n): the median over t of log10 ‖P[t, t−n]‖."""
    values = []
    for lag in range(len(sizes)):
        row = np.sort(np.diagonal(sizes, -lag))
        low, high = row[(len(row) - 1) // 2], row[len(row) // 2]
        values.append(low if low == high else (low + high) / 2)
    return np.array(values)


def reference(m: Array) -> int:
    """n₀: the first lag with a path."""
    return int(np.argmax(m > -np.inf))


def horizon(sizes: Array) -> int | None:
    """The largest lag with at least a thousandth of what there is at n₀; 0 of nothing, None where all have it."""
    m = medians(sizes)
    if (m == -np.inf).all():
        return 0
    enough = m >= m[reference(m)] - 3
    return None if enough[reference(m) :].all() else int(np.flatnonzero(enough).max())


def rate(sizes: Array) -> float | None:
    """The change per step from n₀ to the largest lag that half of the steps have; None without two lags."""
    m = medians(sizes)
    n0 = reference(m)
    last = max(len(m) // 2, min(n0 + 1, len(m) - 1))
    return None if last <= n0 or (m == -np.inf).all() else (m[last] - m[n0]) / (last - n0)


def verdict(value: float | None, sizes: Array) -> str | None:
    """What its half-life is called: under 5 steps, up to 100, beyond; −∞ is exactly zero."""
    if (sizes[~np.isnan(sizes)] == -np.inf).all() or value == -np.inf:
        return "zero"
    if value is None:
        return None
    if value == 0 or np.log10(2) / abs(value) > 100:
        return "preserves"
    fast = np.log10(2) / abs(value) < 5
    return ("vanishes" if fast else "decays") if value < 0 else ("explodes" if fast else "grows")


def hold(experiment: Experiment, sizes: Array) -> None:
    """Compare what is told of a network with all of these."""
    known = told(experiment, MEMO)
    summary, payload = known.summary, summary_payload(known.summary, known.profile)
    expected = rate(sizes)
    assert summary.verdict == payload["verdict"] == verdict(expected, sizes)
    assert summary.horizon == payload["horizon"] == horizon(sizes)
    if expected is None or expected == -np.inf:
        assert summary.rate is payload["rate"] is None
    else:
        assert summary.rate == payload["rate"] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    if summary.verdict == "zero":
        finite = np.flatnonzero(medians(sizes) > -np.inf)
        assert summary.zero_from == (finite.max() + 1 if finite.size else 0)


@pytest.mark.parametrize("name", EVERY_STEP)
def test_verdict_horizon_and_rate(name: str) -> None:
    hold(NETWORKS[name], whole(name))


@pytest.mark.parametrize("name", [name for name in CHAINS if name not in EVERY_STEP])
def test_of_a_long_sequence_they_are_those_of_the_steps_that_are_told_of(name: str) -> None:
    known, sizes = told(NETWORKS[name], MEMO), whole(name)
    chosen = known.steps - 1
    np.testing.assert_allclose(known.log10_norm, sizes[np.ix_(chosen, chosen)], rtol=1e-9, atol=1e-9)
    # A single lag n: the median over the pairs (k + n, k) of the chosen k.
    m = [
        np.median([sizes[k + lag, k] for k in chosen if k + lag < len(sizes)]) for lag in range(len(sizes) - chosen[0])
    ]
    enough = np.array(m) >= m[0] - 3
    assert known.summary.horizon == (None if enough.all() else np.flatnonzero(enough).max())


@pytest.mark.parametrize("name", EVERY_STEP)
def test_the_sentence_prints_these_numbers_and_no_rate_that_is_no_line(name: str) -> None:
    known, m = told(NETWORKS[name], MEMO), medians(whole(name))
    sentence, n0 = verdict_sentence(known.summary, known.profile), reference(m)
    change, values = m - max(m[n0], -1e300), sentence.values
    if "rate" in values:
        assert values["rate"] == pytest.approx(known.summary.rate)
        assert pace(values["rate"]) in sentence
        line = values["rate"] * (np.arange(len(m)) - n0)
        lags = np.arange(n0, max(len(m) // 2, n0 + 1) + 1)
        seen = lags[(np.abs(change[lags]) <= 3) | (np.abs(line[lags]) <= 3)]
        assert np.abs(change[seen] - line[seen]).max() <= 0.3
    if "steps" in values:
        assert values["steps"] - 1 == horizon(whole(name))
        assert counted(values["steps"], "step") in sentence
    for size, lag in (("size", "bend"), ("last_size", "end")):
        if size in values:
            assert values[size] == pytest.approx(change[values[lag]])
            assert f"{factor(values[size])} at lag {values[lag]}" in sentence
    if "left" in values:
        assert values["left"] == pytest.approx(change[values["last"] + n0])
        assert f"{remainder(values['left'])} is left after {counted(values['last'], 'step')}" in sentence
    if "peak" in values:
        assert values["peak"] == np.argmax(change >= 3) - n0
    if "lag" in values:
        assert values["lag"] == known.summary.zero_from
    told_horizon = horizon_sentence(known.summary, known.profile)
    assert told_horizon.values.get("lag", known.summary.horizon) == known.summary.horizon


@pytest.mark.parametrize("name", EVERY_STEP)
def test_horizons_of_single_steps(name: str) -> None:
    sizes = whole(name)
    m = medians(sizes)
    enough = sizes >= m[reference(m)] - 3 if (m > -np.inf).any() else np.zeros(sizes.shape, dtype=bool)
    each = [int(np.flatnonzero(row[: t + 1][::-1]).max(initial=0)) for t, row in enumerate(enough)]
    # Whose first step still has a thousandth, or none has a path yet, has too short a past to tell.
    short = [bool(row[0]) or (t < reference(m) and m.max() > -np.inf) for t, row in enumerate(enough)]
    telling = [value for value, is_short in zip(each, short, strict=True) if not is_short]
    found = horizons(NETWORKS[name], MEMO)
    assert (found.told, found.untold) == (len(telling), sum(short))
    assert (found.low, found.high) == ((min(telling), max(telling)) if telling else (None, None))


@pytest.mark.parametrize("name", CHAINS)
def test_a_truncation_that_keeps_99_percent_of_the_squared_influence(name: str) -> None:
    sizes = whole(name)
    finite = sizes[sizes > -np.inf]
    squares = np.nan_to_num(10 ** (2 * (sizes - (finite.max() if finite.size else 0))))
    by_lag = np.array([np.trace(squares, -lag) for lag in range(len(sizes))])
    enough = by_lag.cumsum() >= 0.99 * by_lag.sum() * (1 - 1e-13)
    low, high = sufficient_truncation(NETWORKS[name], MEMO)
    assert low <= int(np.argmax(enough)) + 1 <= high
    assert (low == high) == (name in EVERY_STEP)


LENGTH = 24


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.sampled_from([-1.2, -0.9, -0.5, 0.0, 0.3, 0.97, 1.0, 1.1]), min_size=9, max_size=9),
    st.sampled_from([LENGTH, 7]),
)
def test_any_linear_network(entries: list[float], resolution: int) -> None:
    matrix = np.reshape(entries, (3, 3)).tolist()
    powers = [np.linalg.norm(np.linalg.matrix_power(np.array(matrix), lag), 2) for lag in range(LENGTH)]
    steps = np.arange(LENGTH)
    lag = steps[:, None] - steps
    with np.errstate(divide="ignore"):
        sizes = np.where(lag >= 0, np.log10(powers)[lag], np.nan)
    # What rounding alone decides is no fair question: a zero, or exactly a thousandth.
    assume(not any(-200 < value < -13 or abs(value + 3) < 1e-6 for value in sizes[:, 0]))
    hold(linear(matrix, LENGTH, resolution=resolution), sizes)


def test_every_product_of_a_steady_decay_has_one_horizon_at_any_length() -> None:
    experiment = asked(activation="identity", hidden=1, gain=0.97, init="identity", length=2000, amplitude=0)
    found = horizons(experiment, MEMO)
    assert (found.low, found.high, found.told, found.untold) == (226, 226, 111, 14)


def test_single_steps_of_a_sampled_sequence_have_their_own_horizons() -> None:
    experiment = asked(model="gru", length=1500, hidden=8, seed=3, forget_bias=1)
    known = told(experiment, MEMO)
    assert known.is_sampled
    found = horizons(experiment, MEMO)
    assert None not in (found.low, found.high, known.summary.horizon)
    assert (found.low or 0) <= (known.summary.horizon or 0) <= (found.high or 0) < 1500
