"""A request passes through few files: who follows one can hold the way in mind."""

import sys
import threading
from pathlib import Path
from types import FrameType

from starlette.testclient import TestClient

import unrolled
from unrolled.main import create_app
from unrolled.settings import Settings

PACKAGE = Path(unrolled.__file__).parent
# Every file more is one more to read for whoever asks what happens here. 35 were aimed at: what is left are subjects of
# their own, and two of them in one file would be no shorter a way. Sentences that keep their values, and exact
# arithmetic that decides what is zero, came with told numbers that are held to their definition.
MOST = 54


def files_passed(path: str) -> set[str]:
    """Name the files of the package in which a function runs while a fresh server answers, in any of its threads."""
    client = TestClient(create_app(Settings(threads=1)))
    passed: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call":
            passed.add(frame.f_code.co_filename)

    before = sys.getprofile(), threading.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        answer = client.get(path)
    finally:
        sys.setprofile(before[0])
        threading.setprofile(before[1])
    assert answer.status_code == 200
    return {str(file.relative_to(PACKAGE)) for file in map(Path, passed) if file.is_relative_to(PACKAGE)}


def test_a_cold_triangle_passes_through_few_files() -> None:
    passed = files_passed("/api/v1/influence?activation=relu")
    # It was a real one, seen from the route to the mathematics.
    assert {"web/api/views.py", "service/answers.py", "core/norms/triangle.py"} <= passed
    assert len(passed) <= MOST, sorted(passed)
