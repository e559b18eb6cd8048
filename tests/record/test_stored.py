"""What a reader is told is what is stored, to rounding; ``python -m tests.record.stored`` stores it anew."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.record.stored import changes, paths, stored, told

STORED = stored()


@pytest.mark.parametrize("path", list(paths()))
def test_an_answer_is_the_stored_one(client: TestClient, path: str) -> None:
    assert list(changes(STORED[path], told(client, path))) == []


def test_a_change_is_seen_and_rounding_and_additions_are_none() -> None:
    old = {"a": [1.0, {"b": "x"}], "c": ["one", "two"], "d": None, "e": [{"name": "f", "g": 1}]}
    more: dict[str, Any] = {"c": ["zero", "one", "two"], "e": [{"name": "h"}, {"name": "f", "g": 1}], "i": 1}
    assert list(changes(old, old | more | {"a": [1.0 + 1e-9, {"b": "x", "j": 1}]})) == []
    wrong: list[tuple[str, Any]] = [
        ("a", [1.001, {"b": "x"}]), ("a", [1.0, {"b": "y"}]), ("a", [1.0]), ("c", ["two", "one"]), ("d", 0.0),
        ("e", [{"name": "h", "g": 1}]),
    ]  # fmt: skip
    for name, part in wrong:
        assert len(list(changes(old, old | {name: part}))) == 1, part
