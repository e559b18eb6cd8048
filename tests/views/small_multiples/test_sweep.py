"""A sweep measures every value of a field, says what that shows, and costs what its panels cost."""

from tests.views.answers import experiment
from unrolled.runtime.memo import Memo
from unrolled.views.small_multiples.measure import panels_cost
from unrolled.views.small_multiples.sweep import Sweep

CHOICES: list[tuple[str | int, str]] = [("relu", "ReLU"), ("sine", "sine")]
SWEEP = Sweep(
    "activation",
    lambda _: CHOICES,
    lambda _, panels, left_out: f"{len(panels)} panels, {len(left_out)} without a picture.",
)


def test_every_value_has_a_panel_and_the_notes_follow_the_sentence():
    answer = SWEEP.compute(
        experiment(length=6, hidden=2, activation="sine", truncation="sliding", window=3), Memo(2**24)
    )
    assert [(panel.value, panel.label) for panel in answer.panels] == CHOICES
    assert (answer.field, answer.current) == ("activation", "sine")
    assert answer.sentence == (
        "2 panels, 0 without a picture. "
        "What the truncation cuts off is faint; rates are those of the derivative itself."
    )
    assert (answer.derivative.of, answer.derivative.wrt) == ("h", "h")


def test_its_work_is_that_of_its_panels():
    network, values = experiment(length=30, hidden=4), [value for value, _ in CHOICES]
    expected = panels_cost(network, "activation", values)
    assert SWEEP.cost(network) == expected
