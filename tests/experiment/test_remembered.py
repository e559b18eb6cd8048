"""Computations that are done once: what they see is what they are kept by, and a forgotten field is harmless."""

import ast
import warnings
from pathlib import Path

import pytest

import unrolled
from unrolled.experiment import remembered as module
from unrolled.experiment.experiment import CELL_FIELDS, NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import remembered, sight, widen
from unrolled.query.part import HiddenField
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo

SEEN = frozenset({"length", "gain"})


@pytest.fixture(autouse=True)
def _nothing_forgotten(monkeypatch):
    monkeypatch.setattr(module, "_forgotten", {})


def length(experiment, memo):
    """Read one field."""
    del memo
    return experiment.query.length, experiment


def by_layers(experiment, memo):
    """Read a field in a rare branch alone."""
    length(experiment, memo)
    return experiment.query.hidden if experiment.query.length > 8 else 0


def through_another(experiment, memo):
    """Ask for a computation that reads more."""
    return remembered("inner", SEEN, by_layers, experiment, memo), experiment.query.shows("hidden")


def test_what_agrees_in_the_fields_of_a_computation_shares_it():
    memo = Memo(2**20)
    first = remembered("length", SEEN, length, Experiment(Query(hidden=2)), memo)
    assert remembered("length", SEEN, length, Experiment(Query(hidden=3)), memo) is first
    assert remembered("length", SEEN, length, Experiment(Query(length=9)), memo)[0] == 9
    assert remembered("other", SEEN, length, Experiment(Query(hidden=2)), memo) is not first


def test_what_is_given_beside_the_experiment_is_part_of_the_key():
    memo, calls = Memo(2**20), []

    def note(experiment, memo, number):
        calls.append(number)
        return number

    assert [remembered("note", SEEN, note, Experiment(Query()), memo, number) for number in (1, 2, 1)] == [1, 2, 1]
    assert calls == [1, 2]


def test_a_forgotten_field_is_an_error_in_tests():
    with pytest.raises(RuntimeWarning, match="“rare” reads hidden, which is none of its fields"):
        remembered("rare", SEEN, by_layers, Experiment(Query(length=9)), Memo(2**20))


def test_a_forgotten_field_costs_a_user_time_and_gives_no_wrong_number():
    memo = Memo(2**20)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert remembered("rare", SEEN, by_layers, Experiment(Query(length=8, hidden=4)), memo) == 0
        for hidden in (4, 5, 4):
            assert remembered("rare", SEEN, by_layers, Experiment(Query(length=9, hidden=hidden)), memo) == hidden
    assert len(warned) == 1


def test_what_a_computation_asks_for_sees_no_more_than_itself_and_both_learn():
    memo = Memo(2**20)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for hidden in (4, 5):
            asked = Experiment(Query(length=9, hidden=hidden))
            assert remembered("outer", SEEN, through_another, asked, memo) == (hidden, True)
    assert [str(row.message).split(" reads ")[0] for row in warned] == ["“outer”", "“inner”"]


def test_a_field_that_nobody_shows_is_the_business_of_whoever_hides_it():
    part = Experiment(Query()).seeing(SEEN)
    with pytest.raises(HiddenField):
        widen("rare", HiddenField("hidden"), part)


def test_where_a_part_of_the_chosen_cell_is_asked_for_everything_is_shown():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        widen("cell", HiddenField("from"), Experiment(Query()))
        widen("cell", HiddenField("from"), Experiment(Query()))
    shown = sight("cell", CELL_FIELDS, Experiment(Query.build({"from": 3}))).query
    assert (shown.t, shown.from_, shown.norm) == (32, 3, "spectral")


def test_nothing_is_remembered_by_fields_but_here_and_no_computation_holds_what_it_may_not_see():
    """A function inside of another would see the whole experiment of that."""
    root = Path(unrolled.__file__).parent
    asking = set()
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text())
        named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "remembered":
                assert isinstance(node.args[2], ast.Name), path
                assert node.args[2].id in named, (path, node.args[2].id)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
                owner = node.func.value
                if getattr(owner, "attr", getattr(owner, "id", "")) == "memo":
                    asking.add(path.relative_to(root).as_posix())
    assert asking <= {
        "experiment/remembered.py",
        "runtime/workers.py",
        "service/answers.py",
        "web/http/static.py",
    }


def test_the_fields_of_a_model_are_seen_where_the_model_is():
    asked = Experiment(Query(model="attention", of="o", wrt="x", key=3))
    assert asked.seeing(NETWORK_FIELDS).query.key == 3
    assert not Experiment(Query(key=3)).seeing(NETWORK_FIELDS).query.shows("key")
