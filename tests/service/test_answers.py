"""An answer is computed once, with its checks; the figure carries the query and what was checked."""

import asyncio
from collections.abc import Iterator

import pytest

from unrolled.errors import InvalidInput, TooMuchWork
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.service.answers import Answers
from unrolled.settings import Settings
from unrolled.views import VIEWS

INFLUENCE = VIEWS["influence"]


@pytest.fixture
def answers() -> Iterator[Answers]:
    answers = Answers(Settings(threads=1, max_gflop=5))
    yield answers
    answers.workers.close()


def small(**fields: object) -> Experiment:
    return Experiment(Query.build({"length": 6, "hidden": 3} | fields))


def test_queries_that_differ_in_nothing_a_view_depends_on_share_a_result(answers: Answers) -> None:
    assert not answers.is_cached(INFLUENCE, small(t=5))
    first = asyncio.run(answers.compute(INFLUENCE, small(t=5)))
    assert answers.is_cached(INFLUENCE, small(t=4))
    assert answers.result(INFLUENCE, small(t=4)) is first
    assert not answers.is_cached(INFLUENCE, small(gain=2))


def test_figure_has_the_query_the_caption_and_the_checks(answers: Answers) -> None:
    figure = answers.figure(INFLUENCE, small(gain=2))
    meta = figure["layout"]["meta"]
    assert meta["query"]["gain"] == 2
    assert meta["checks"] == answers.result(INFLUENCE, small(gain=2)).checks_payload()
    assert {"field": "gain", "text": "gain 2"} in meta["setting"]
    assert not meta["badge"]["failed"]


def test_what_cannot_be_answered_is_refused_before_anything_is_computed(answers: Answers) -> None:
    with pytest.raises(InvalidInput, match="means nothing for model=attention"):
        answers.check(VIEWS["shortcuts"], small(model="attention"))
    with pytest.raises(TooMuchWork, match="GFLOP"):
        answers.check(INFLUENCE, Experiment(Query(length=4096, hidden=64)))
    answers.check(INFLUENCE, small())
    assert len(answers.memo) == 0


def test_settings_that_shape_an_answer_change_the_fingerprint() -> None:
    prints = [Answers(settings).fingerprint for settings in (Settings(), Settings(queue=1), Settings(max_gflop=1))]
    assert prints[0] == prints[1] != prints[2]
