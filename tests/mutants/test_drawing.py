"""A seed draws the same edits again, over all rooms, in every group its share."""

import ast
from collections import Counter

import pytest

from tests.house.tree import ROOT
from tests.mutants.drawing import SHARES, draw, group_of, room_of, rooms
from tests.mutants.edits import Edit


@pytest.fixture(scope="module")
def found() -> dict[str, list[Edit]]:
    return rooms(ROOT)


def test_a_draw_can_be_repeated_and_covers_the_rooms(found: dict[str, list[Edit]]) -> None:
    drawn = draw(found, 100, 12)
    assert drawn == draw(found, 100, 12)
    assert drawn != draw(found, 100, 13)
    assert len(set(drawn)) == len(drawn) == 100
    groups = Counter(group_of(room_of(edit.path)) for edit in drawn)
    assert groups == {group: round(100 * share) for group, share in SHARES.items()}
    large = {room for room, edits in found.items() if len(edits) > 500 and group_of(room) != "scripts"}
    assert large <= {room_of(edit.path) for edit in drawn}
    assert len({edit.kind for edit in drawn}) > 12


def test_what_is_drawn_is_still_a_program(found: dict[str, list[Edit]]) -> None:
    for edit in draw(found, 200, 1):
        after = edit.apply(ROOT)
        assert after != (ROOT / edit.path).read_bytes()
        if edit.path.endswith(".py"):
            ast.parse(after)


def test_one_room_alone_has_all_of_the_draw(found: dict[str, list[Edit]]) -> None:
    norms = {room: edits for room, edits in found.items() if room.endswith("core/norms")}
    assert {room_of(edit.path) for edit in draw(norms, 20, 3)} == {"unrolled/core/norms"}
    assert len(draw(norms, 20, 3)) == 20
