"""Every control stands once, under its heading and in its order."""

import pytest

from unrolled.web.pages.controls import Control, controls
from unrolled.web.pages.groups import Group, compared_groups, folded_groups, open_groups

DRAWN = controls({}, {})


def names(groups: list[Group]) -> dict[str, list[str]]:
    return {heading: [control.name for control in members] for heading, members in groups}


def test_the_explorer_shows_some_and_folds_the_rest() -> None:
    shown, folded = names(open_groups(DRAWN)), names(folded_groups(DRAWN))
    assert list(shown) == ["The network", "What it reads", "The derivative", "How far back"]
    assert list(folded) == ["Gates", "Layers", "A window of the triangle", "Sampling"]
    assert shown["What it reads"] == ["length", "input", "text", "series", "features", "frame", "amplitude", "order"]
    assert folded["A window of the triangle"] == ["from", "until", "since", "to"]
    placed = [name for group in (*shown.values(), *folded.values()) for name in group]
    assert sorted(placed) == sorted({control.name for control in DRAWN} - {"t", "k"})


def test_a_comparison_has_what_is_folded_among_the_others() -> None:
    compared = names(compared_groups(DRAWN))
    assert compared["The network"] == [
        "model", "activation", "layers", "hidden", "key", "positions", "init", "gain", "forget_bias", "chrono",
        "reset", "seed",
    ]  # fmt: skip
    assert compared["More"] == ["frame", "features"]


@pytest.mark.parametrize("drawn", [[], [control for control in DRAWN if control.name == "chrono"]])
def test_there_is_no_heading_without_a_control(drawn: list[Control]) -> None:
    assert open_groups(drawn) == []
    assert len(folded_groups(drawn)) == len(drawn)
