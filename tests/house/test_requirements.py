"""The locks: hashed, complete, agreeing, and bound to no index."""

import re
import tomllib
from collections import Counter

import pytest

from tests.house.tree import ROOT, read

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)", re.MULTILINE)


def required(group: str) -> list[str]:
    """List the packages that the project asks for, to run or in a group, in the spelling of the locks."""
    project = tomllib.loads(read("pyproject.toml"))
    lines = project["project"]["dependencies"] if group == "run" else project["dependency-groups"][group]
    return [re.split(r"[=<>~;\[ ]", line)[0].lower().replace("_", "-") for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    addresses = re.findall(r".*(?://|--index|--extra-index|--find-links|--trusted-host|file:|git\+).*", read(lock))
    assert addresses == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock: str) -> None:
    for block in re.split(r"\n(?=[a-z0-9])", read(lock))[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ["run"]), (LOCKS[1], ["run", "dev"])])
def test_lock_holds_what_is_asked_for(lock: str, groups: list[str]) -> None:
    pinned = dict(PIN.findall(read(lock)))
    assert {name for group in groups for name in required(group)} <= set(pinned)


def test_locks_agree() -> None:
    assert set(PIN.findall(read("requirements.lock"))) <= set(PIN.findall(read("requirements-dev.lock")))


def test_torch_stays_out_of_the_locks() -> None:
    assert "torch" not in {name for lock in LOCKS for name, _ in PIN.findall(read(lock))}


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "package-lock.json", "poetry.lock"])
def test_no_lock_that_records_addresses(name: str) -> None:
    assert not (ROOT / name).exists()


def test_every_dependency_has_its_reason() -> None:
    reasons = Counter(
        re.findall(r"^- \*\*([a-z0-9-]+)\*\*: \S.{20,}", read("docs/decisions/0002-dependencies.md"), re.MULTILINE)
    )
    assert set(reasons) == {*required("run"), *required("dev"), "torch"}
    assert max(reasons.values()) == 1
