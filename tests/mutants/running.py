"""Run tests on a copy of the project, and say what they made of it."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.stages import Stage

# pytest ends with 5 where nothing was collected, as where no test of a room carries a mark.
_PASSED, _NOTHING = 0, 5


@dataclass(frozen=True)
class Outcome:
    """Whether tests passed, which one failed first, and how many seconds they took."""

    passed: bool
    why: str
    seconds: float


def run(place: Path, stage: Stage, deselected: list[str]) -> Outcome:
    """Run the tests of a stage until one fails; what takes far too long has failed."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", "-rfE", "--tb=no",
        *(f"--deselect={name}" for name in deselected), *stage.arguments,
    ]  # fmt: skip
    # In CI Hypothesis always draws the same examples.
    environment = os.environ | {
        "PYTHONPATH": f"{place / 'app'}{os.pathsep}{place}", "CI": "true", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    if stage.is_near:
        # Plugins take longer to start than most tests of a room.
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    began = time.monotonic()
    with subprocess.Popen(
        command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True, errors="replace",
    ) as tests:  # fmt: skip
        try:
            output, _ = tests.communicate(timeout=stage.seconds)
        except subprocess.TimeoutExpired:
            output, _ = _end(tests)
            return Outcome(False, f"endless: more than {stage.seconds} s", time.monotonic() - began)
        finally:
            _end_group(tests.pid)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", output, re.M)
    last = output.strip().splitlines()[-1] if output.strip() else "no output"
    return Outcome(
        tests.returncode in {_PASSED, _NOTHING}, failed[0] if failed else last[:200], time.monotonic() - began
    )


def failing(place: Path, stage: Stage) -> list[str]:
    """List the tests of a stage that fail where nothing is edited."""
    found: list[str] = []
    while not (outcome := run(place, stage, found)).passed:
        if "::" not in outcome.why and not outcome.why.startswith("tests/"):
            raise RuntimeError(f"the tests do not run: {outcome.why}")
        found.append(outcome.why)
    return found


def verdict(place: Path, chosen: list[Stage], failing_before: dict[Stage, list[str]]) -> tuple[str, str, str]:
    """Ask the stages in turn; say whether the edit was killed or survived, by which stage, and by which test."""
    deselected = [name for stage in chosen for name in failing_before[stage]]
    for stage in chosen:
        outcome = run(place, stage, deselected)
        if not outcome.passed:
            return "killed", stage.name, outcome.why
    return "survived", chosen[-1].name if chosen else "", ""


def _end(tests: "subprocess.Popen[str]") -> tuple[str, str | None]:
    _end_group(tests.pid)
    return tests.communicate()


def _end_group(group: int) -> None:
    """End what the tests started as well: servers, workers, a browser."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
