"""What is told of order and memory, by explicit least squares: blocks that are left out, rows that are tested."""

import numpy as np
import pytest

from tests.truth.networks import MEMO, asked, delay_line, whole_of
from unrolled.core.behaviour.probe import STRENGTHS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators
from unrolled.experiment.run import run
from unrolled.views import VIEWS
from unrolled.views.memory import measure

ORDERS = ("original", "shuffled", "reversed")


@pytest.fixture(scope="module", autouse=True)
def one_model():
    """The model that is set and the MLPs are measured; the others are not told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "comparable_models", models_of)
        yield


def models_of(experiment: Experiment):
    """Name what is measured here."""
    own = experiment.query.model
    return [own] if experiment.weights is not None else list(dict.fromkeys([own, "mlp", "window"]))


def ridge(features, targets, strength):
    """Fit by least squares with √λ under the centred features, and give the prediction of any rows."""
    middle, mean = features.mean(axis=0), targets.mean(axis=0)
    below = np.sqrt(strength) * np.eye(features.shape[1])
    stacked = (
        np.vstack([features - middle, below]),
        np.vstack([targets - mean, np.zeros((len(below), targets.shape[1]))]),
    )
    weights = np.linalg.lstsq(*stacked, rcond=None)[0]
    return lambda rows: mean + (rows - middle) @ weights


def cuts(rows, count):
    """Cut rows into contiguous blocks."""
    return [np.arange(rows * block // count, rows * (block + 1) // count) for block in range(count)]


def probes(features, targets, washout, gap):
    """Predict the last third of what washout and gap leave; of strengths that are as good as equal, each."""
    left = len(features) - washout - gap
    fitted = np.arange(washout, washout + 2 * left // 3)
    tested = np.arange(fitted[-1] + 1 + gap, len(features))
    largest = np.linalg.norm(features[fitted] - features[fitted].mean(axis=0), 2) ** 2
    errors = np.zeros(len(STRENGTHS))
    for block in cuts(len(fitted), 5):
        held = fitted[block]
        kept = fitted[np.abs(fitted[:, None] - held).min(axis=1) > gap]
        for place, share in enumerate(STRENGTHS):
            predict = ridge(features[kept], targets[kept], share * largest)
            errors[place] += np.square(targets[held] - predict(features[held])).sum()
    good = np.flatnonzero(errors <= errors.min() * (1 + 1e-5) + 1e-20 * np.square(targets).sum())
    fits = [ridge(features[fitted], targets[fitted], STRENGTHS[place] * largest)(features[tested]) for place in good]
    return fitted, tested, fits


def ratio(over, under):
    """Give Σ y / Σ x with its standard error over eight blocks, and how far each block moves it."""
    value = over.sum() / under.sum()
    blocks = [block for block in cuts(len(over), 8) if len(block)]
    moved = np.array([(over[block] - value * under[block]).sum() for block in blocks]) / under.sum()
    held = np.array([under[block].sum() for block in blocks])
    error = np.sqrt(len(moved) / (len(moved) - 1) * np.square(moved).sum())
    return value, error if held.sum() ** 2 >= 3 * np.square(held).sum() else np.nan, moved


def unexplained(predicted, targets, fitted, tested):
    """Give the squared error of each tested row and that of the mean of the fitted ones."""
    wrong = np.square(targets[tested] - predicted).sum(axis=1)
    return wrong, np.square(targets[tested] - targets[fitted].mean(axis=0)).sum(axis=1)


def close(told, truths):
    """Tell whether one of the truths is what is told."""
    return any(np.allclose(told, truth, rtol=1e-4, atol=1e-6) for truth in truths)


def ordered(experiment, model, steps, order):
    """Run a model on the first steps in an order."""
    fields = {"of": "o", "wrt": "x", "layer": None, "origin": None, "truncation": "none"}
    return experiment.changed(model=model, length=steps, order=order, **fields)


def readable(experiment, model, forward, lags):
    """Give what the past is read out of."""
    window = {"mlp": 1, "window": min(experiment.query.window, lags + 1)}.get(model)
    if window is None:
        return forward.hidden()
    padded = np.vstack([np.zeros((window - 1, forward.inputs.shape[1])), forward.inputs])
    return np.hstack([padded[window - 1 - lag : window - 1 - lag + len(forward.inputs)] for lag in range(window)])


def assert_order(experiment, told, model):
    """Hold errors, hits and the most frequent character to the definition, in every order."""
    steps, split = told["steps"], (told["washout"], told["gap"])
    assert split == (min(100, steps // 10), max(1, min(len(told["lag"]) - 1, steps // 20)))
    for order in ORDERS:
        forward = run(ordered(experiment, model["name"], steps, order), MEMO)
        x, state = forward.sequence.inputs, forward.trace.hidden()
        fitted, tested, fits = probes(state[:-1], x[1:], *split)
        assert (told["fitted"], told["tested"]) == (len(fitted), len(tested))
        pair = [model[key][order] for key in ("unexplained", "unexplained_error")]
        assert close(pair, [ratio(*unexplained(fit, x[1:], fitted, tested))[:2] for fit in fits])
        if experiment.query.input != "text":
            assert model["hits"][order] is told["majority"][order] is None
            continue
        letters = x[1:].argmax(axis=1)
        frequent = np.bincount(letters[fitted]).argmax()
        is_common, ones = (letters[tested] == frequent).astype(float), np.ones(len(tested))
        assert close([told["majority"][order], told["majority_error"][order]], [ratio(is_common, ones)[:2]])
        is_hit = [(fit.argmax(axis=1) == letters[tested]).astype(float) for fit in fits]
        hits, lead = ([model[key][order], model[f"{key}_error"][order]] for key in ("hits", "hits_over_majority"))
        assert close(hits, [ratio(hit, ones)[:2] for hit in is_hit])
        assert close(lead, [ratio(hit - is_common, ones)[:2] for hit in is_hit])


def assert_memory(experiment, told, model):
    """Hold R² by lag, the capacity and the reach to the definition."""
    lags, steps = len(told["lag"]) - 1, told["independent"]["steps"]
    assert told["independent"]["washout"] == 100
    assert told["independent"]["gap"] == lags
    forward = run(ordered(experiment, model["name"], told["steps"], "original"), MEMO)
    picks = generators(experiment.query)[4].integers(told["steps"], size=steps)
    drive = forward.sequence.inputs[picks]
    trace = forward.network.run(forward.parameters, drive, experiment.initial)
    state, moved = readable(experiment, model["name"], trace, lags), []
    for lag in range(lags + 1):
        targets = np.vstack([np.zeros((lag, drive.shape[1])), drive[: steps - lag]])
        fitted, tested, fits = probes(state, targets, 100, lags)
        truths = [ratio(*unexplained(fit, targets, fitted, tested)) for fit in fits]
        pair = model["memory"][lag], model["memory_error"][lag]
        assert close(pair, [(1 - value, error) for value, error, _ in truths])
        moved.append(min(truths, key=lambda truth: abs(1 - truth[0] - pair[0]))[2])
    whole = np.sum(moved[1:], axis=0)
    assert model["capacity"] == pytest.approx(sum(model["memory"][1:]), abs=1e-12)
    error = np.sqrt(len(whole) / (len(whole) - 1) * np.square(whole).sum())
    assert model["capacity_error"] == pytest.approx(error, rel=1e-3, abs=1e-6)
    memory, errors = np.array(model["memory"]), np.array(model["memory_error"])
    least, most = ([*(memory + sign * 2 * errors > 0.5), False].index(False) - 1 for sign in (-1, 1))
    assert model["reach"] == {"least": least, "most": most}


def assert_told(experiment, result):
    """Hold the values that the sentences print to the answer, and what they claim to the error bars."""
    told = result.payload()
    named = {model["name"]: model for model in told["models"]}
    own, values = named[experiment.query.model], result.sentence.values
    error, bar = own["unexplained"], own["unexplained_error"]
    for order in ORDERS:
        assert values[order] == (error[order], bar[order])
        assert f"{error[order]:.2f} ± {bar[order]:.2f}" in result.sentence or error[order] > 10
    if experiment.query.input == "text":
        assert values["hits"] == (own["hits"]["original"], own["hits_error"]["original"])
        assert values["shuffled_majority"] == (told["majority"]["shuffled"], told["majority_error"]["shuffled"])
    notes = list(result.notes)
    for order, same in (("shuffled", "Shuffling changes the error"), ("reversed", "Reversed, it changes")):
        difference, spread = error[order] - error["original"], np.hypot(bar[order], bar["original"])
        if max(error[order], error["original"]) > 10:
            continue
        printed = notes[0].values[f"{order}_difference"]
        assert (abs(printed[0]), printed[1]) == pytest.approx((abs(difference), spread))
        assert f"{abs(difference):.2f} ± {spread:.2f}" in notes[0]
        assert (same in notes[0]) == (abs(difference) <= 2 * spread)
        worse = {"shuffled": "Order matters", "reversed": "Reversed, it is larger"}[order]
        assert (worse in notes[0]) == (difference > 2 * spread)
    if experiment.query.input == "text":
        lead, spread = own["hits_over_majority"]["original"], own["hits_over_majority_error"]["original"]
        printed = notes[0].values["lead"]
        assert (abs(printed[0]), printed[1]) == (abs(lead), spread)
        assert ("exceeds" in notes[0]) == (lead > 2 * spread)
    triangle = next(note for note in notes if "triangle" in note)
    assert triangle.values.get("factor", own["change"]["shuffled"]) == own["change"]["shuffled"]
    assert triangle.values.get("between", own["change_between_shuffles"]) == own["change_between_shuffles"]
    memory = notes[-1].values
    assert memory["capacity"] == (own["capacity"], own["capacity_error"])
    assert memory["reach"] == (own["reach"]["least"], own["reach"]["most"])
    assert ("no memory capacity" in notes[-1]) == (own["capacity"] <= 2 * own["capacity_error"])
    if "window_capacity" in memory:
        assert memory["window_capacity"] == (named["window"]["capacity"], named["window"]["capacity_error"])


TOLD = {
    "default": asked(),
    "a sine": asked(input="sine", hidden=6),
    "sunspots": asked(model="gru", input="sunspots", hidden=6),
    "a walk": asked(model="lstm", input="walk", hidden=5, window=3),
    "chaotic": asked(gain=3.0, init="gaussian", hidden=12, seed=4),
    "text": asked(input="text", text="to be or not to be, that is the question: " * 5, hidden=9),
    "a short text": asked(input="text", text="abcabcabdabcabcab" * 3, hidden=9),
    "attention": asked(model="attention", hidden=4),
    "delay line": delay_line(5),
}


@pytest.mark.parametrize("name", TOLD)
def test_order_and_memory_are_told_as_they_are(name):
    experiment = TOLD[name]
    result = VIEWS["facts"].compute(experiment, MEMO)
    told = result.payload()
    for model in told["models"]:
        assert_order(experiment, told, model)
    assert_memory(experiment, told, told["models"][0])
    assert_told(experiment, result)


@pytest.mark.parametrize("name", ["default", "delay line"])
def test_the_change_of_a_triangle_is_that_of_its_sorted_lags(name):
    experiment = TOLD[name]
    told = VIEWS["facts"].compute(experiment, MEMO).payload()
    steps, own = told["triangle_steps"], told["models"][0]
    shown: dict[str | int, Experiment] = {order: ordered(experiment, own["name"], steps, order) for order in ORDERS}
    forward = run(shown["original"], MEMO)
    rng = generators(experiment.query)[4].spawn(1)[0]
    query = {"model": own["name"], "activation": experiment.query.activation, "of": "o", "wrt": "x"}
    for shuffle in range(3):
        steps_of = rng.permutation(forward.sequence.inputs)
        shown[shuffle] = Experiment.of_arrays(query, forward.parameters, steps_of)
    lags = {one: [np.sort(np.diagonal(whole_of(each), -lag)) for lag in range(steps)] for one, each in shown.items()}

    def change(one, other):
        with np.errstate(invalid="ignore"):
            return max(np.nanmax(np.abs(b - a), initial=0) for a, b in zip(lags[one], lags[other], strict=True))

    assert own["change"] == pytest.approx({order: change("original", order) for order in ORDERS}, abs=1e-12)
    between = max(change("shuffled", shuffle) for shuffle in range(3))
    assert own["change_between_shuffles"] == pytest.approx(between, abs=1e-12)
