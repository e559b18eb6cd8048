"""The answer, its checks and its columns."""

from tests.views.asking import answer, ask, experiment
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

SMALL = {"hidden": 8, "length": 24}


def test_the_order_that_is_set_does_not_matter_for_all_are_shown():
    assert answer("facts", order="shuffled", **SMALL) == answer("facts", **SMALL)


def test_the_laws_are_held_to_the_answer():
    told = {each.name: each for each in VIEWS["facts"].checks(experiment(**SMALL), Memo(2**26))}
    assert told["held inputs"].passed
    assert told["held inputs"].value is not None
    assert told["order of an MLP"].passed


def test_the_table_has_a_row_for_every_number():
    columns = ask("facts", **SMALL).columns()
    assert len(columns["value"]) == 6 * (4 * 3 + 25)
