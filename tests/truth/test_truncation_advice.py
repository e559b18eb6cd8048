"""What is told of truncations: C[t, k] of every pair by loops, and the pairs that every K keeps at every first cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.truth.networks import MEMO, NETWORKS, asked
from tests.truth.test_credit import RNNS, pairs
from unrolled.experiment.experiment import Experiment
from unrolled.views import VIEWS

TRICKY = {
    "told 175, and 178 is above": asked(length=140, hidden=6, seed=1, gain=1.5, tolerance=0.2),
    "chunked is told less than all": asked(length=120, hidden=4, input="walk", gain=0.6, tolerance=0.3),
    "a single loss": asked(length=30, hidden=4, loss="last", truncation="chunked", window=7),
} | {name: NETWORKS[name] for name in RNNS}


class Truth:
    """Every truncated gradient of a vanilla RNN: the sum of the pairs that no cut separates."""

    def __init__(self, experiment: Experiment) -> None:
        credit = pairs(experiment)
        lag, t = np.nonzero(credit.any(axis=(2, 3)))
        self.credit, self.t, self.k = credit[lag, t].reshape(len(t), experiment.query.hidden**2), t, t - lag
        self.whole, self.last = self.credit.sum(axis=0), experiment.query.length - 1

    def cuts(self, window: int) -> list[int]:
        """List where the first cut may fall; after step 0 is as good as after step K."""
        if window >= self.last:
            return [0]
        return list(range(window)) if window <= 8 else [eighth * window // 8 for eighth in range(8)]

    def chunked(self, window: int):
        """Add up the pairs in the same chunk, for every first cut."""
        kept = [(self.t - 1 - cut) // window == (self.k - 1 - cut) // window for cut in self.cuts(window)]
        return np.array(kept if window < self.last else [np.ones(len(self.t))]) @ self.credit

    def sliding(self, window: int):
        """Add up the pairs that are less than K steps apart."""
        return (self.t - self.k < window)[None] @ self.credit

    def measure(self, truncated):
        """Give bias, cosine and length ratio, a row each."""
        length, size = np.linalg.norm(truncated, axis=1), np.linalg.norm(self.whole)
        with np.errstate(invalid="ignore", divide="ignore"):
            cosine = truncated @ self.whole / (length * size)
            return np.linalg.norm(truncated - self.whole, axis=1) / size, cosine, length / size

    def worst(self, kind: str):
        """Measure the bias at the worst first cut, for K = 1, 2, … up to the last step with a loss."""
        return np.array([self.measure(getattr(self, kind)(window))[0].max() for window in range(1, self.last + 1)])


def smallest(worst, tolerance: float) -> int:
    """Find the smallest K from which every K is within the tolerance; nothing is left out at the last."""
    within = np.append(worst[:-1] <= tolerance, True)
    return min(window for window in range(1, len(within) + 1) if within[window - 1 :].all())


def assert_curves(told, truth: Truth) -> None:
    """Hold every number at every told K to the definition."""
    for kind in ("chunked", "sliding"):
        measured = [truth.measure(getattr(truth, kind)(window)) for window in told["windows"]]
        expected = {
            "bias": [bias.mean() for bias, _, _ in measured],
            "bias_lowest": [bias.min() for bias, _, _ in measured],
            "bias_highest": [bias.max() for bias, _, _ in measured],
            "cosine": [cosine.mean() for _, cosine, _ in measured],
            "ratio": [ratio.mean() for _, _, ratio in measured],
        }
        for name, values in expected.items():
            curve = np.array(told[kind][name], dtype=float)
            assert curve == pytest.approx(np.array(values), rel=1e-7, abs=1e-9, nan_ok=True), (kind, name)


def assert_true(experiment: Experiment) -> None:
    """Hold curves, advice, sentence and the judgement of the truncation that is set to the definition."""
    result, truth, query = VIEWS["bias"].compute(experiment, MEMO), Truth(experiment), experiment.query
    told, sentence = result.payload(), result.sentence
    assert told["windows"] == list(range(1, query.length + 1))
    if not truth.whole.any():
        assert told["advice"] == {"chunked": None, "sliding": None}
        assert "exactly zero" in sentence
        return
    assert_curves(told, truth)
    for kind in ("chunked", "sliding"):
        worst = truth.worst(kind)
        needed, advice = smallest(worst, query.tolerance), told["advice"][kind]
        assert advice["window"] == needed
        assert advice["bias"] == pytest.approx(worst[needed - 1], rel=1e-7, abs=1e-9)
        assert advice["is_whole"] == (needed == truth.last)
        assert sentence.values.get(kind, sentence.values["chunked"]) == needed
        assert f"K = {needed}" in sentence
    assert sentence.values["tolerance"] == query.tolerance
    if sentence.values.get("cuts"):
        assert sentence.values["cuts"] == len(truth.cuts(sentence.values["chunked"])) > 1
    if query.truncation == "none":
        return
    window = query.window
    kept = truth.chunked(window)[:1] if query.truncation == "chunked" else truth.sliding(window)
    (bias,), (cosine,), (ratio,) = truth.measure(kept)
    for values in (told["truncation"], next(note for note in result.notes if note.startswith("Truncated")).values):
        assert values["bias"] == pytest.approx(bias, rel=1e-7, abs=1e-9)
        assert values["ratio"] == pytest.approx(ratio, rel=1e-7, abs=1e-9)
        if np.isfinite(cosine):
            assert values["cosine"] == pytest.approx(cosine, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", TRICKY)
def test_advice_holds_for_every_larger_k_and_every_first_cut(name):
    assert_true(TRICKY[name])


@given(
    st.fixed_dictionaries(
        {
            "length": st.integers(2, 26),
            "seed": st.integers(0, 200),
            "gain": st.floats(0.0, 4.0),
            "loss": st.sampled_from(["sum", "last"]),
            "activation": st.sampled_from(["tanh", "relu", "identity", "sine"]),
            "truncation": st.sampled_from(["none", "chunked", "sliding"]),
            "window": st.integers(1, 32),
            "tolerance": st.sampled_from([0.6, 0.3, 0.1, 0.01]),
        }
    )
)
@settings(max_examples=examples(45), deadline=None)
def test_any_network_is_told_as_it_is(fields):
    assert_true(asked(hidden=3, amplitude=2.0, **fields))


@pytest.mark.parametrize(
    ("seed", "tolerance", "gain"),
    [(3, 0.15, 1.5), (7, 0.2, 1.5), (8, 0.01, 0.7), (4, 0.15, 1.5), (0, 0.01, 1.5), (0, 0.05, 4.0)],
)
def test_of_some_k_no_more_is_said_than_was_measured(seed, tolerance, gain, monkeypatch):
    monkeypatch.setattr("unrolled.core.loss.chunk_sums._AFFORDED", 0.0)
    experiment = asked(length=160, hidden=3, seed=seed, gain=gain, tolerance=tolerance, truncation="sliding", window=77)
    result, truth = VIEWS["bias"].compute(experiment, MEMO), Truth(experiment)
    told = result.payload()
    windows, last = told["windows"], truth.last
    assert {1, 77, last - 1, last, last + 1} <= set(windows)
    assert len(windows) < last
    assert_curves(told, truth)
    reach = truth.worst("sliding")
    slid = told["advice"]["sliding"]
    assert slid["window"] == smallest(reach, tolerance)
    assert slid["bias"] == pytest.approx(reach[slid["window"] - 1], rel=1e-7)
    needed, worst = told["advice"]["chunked"]["window"], truth.worst("chunked")
    # Just below it is above the tolerance, and so "at least" is true; all measured above it are within.
    assert worst[needed - 2] > tolerance
    assert all(worst[window - 1] <= tolerance for window in windows if needed <= window < last)
    note = result.notes[-1]
    assert note.values["count"] == len(windows)
    assert told["advice"]["chunked"]["bias"] == pytest.approx(worst[needed - 1], rel=1e-7, abs=1e-9)
    if needed == last:
        assert "at least" not in result.sentence
        assert note.values["below"] == last - 1
        return
    assert f"at least K = {needed}" in result.sentence
    assert note.values["larger"] == sum(window > needed for window in windows)
