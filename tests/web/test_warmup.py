"""Right after the start the default picture and the largest script are prepared; a failure is only logged."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.resources import folder
from unrolled.service.answers import Answers
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.web.http.static import Assets
from unrolled.web.warmup import warm_up


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    answers = Answers(Settings(threads=1))
    yield answers
    answers.workers.close()


def test_the_default_picture_and_the_largest_script_are_ready(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed: list[str] = []
    monkeypatch.setattr(Assets, "precompress", lambda _, path: compressed.append(path))
    warm_up(answers, Assets(folder("static"), answers.memo))
    assert answers.is_cached(VIEWS["influence"], Experiment(Query()))
    largest = max(folder("static").rglob("*.js"), key=lambda path: path.stat().st_size)
    assert compressed == [str(largest.relative_to(folder("static")))]


def test_a_failure_is_logged_and_nothing_else(
    answers: Answers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        warm_up(answers, Assets(tmp_path, answers.memo))
    assert "Not warmed up: There is no file /static/vendor/" in caplog.text
