"""The error tree: each class has a status, a title and a name, and lists every fault."""

import unrolled.errors
from unrolled.errors import Busy, FieldError, InvalidInput, TooMuchWork, UnrolledError


def tree(kind: type[UnrolledError]) -> list[type[UnrolledError]]:
    """List a class and everything below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


def test_every_error_says_what_it_is() -> None:
    kinds = tree(UnrolledError)
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert len({kind.title for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert 400 <= kind.status < 600
        assert kind.__name__ in (unrolled.errors.__doc__ or "") or kind is UnrolledError


def test_tree_of_the_docstring_states_the_statuses() -> None:
    for line in (unrolled.errors.__doc__ or "").splitlines():
        words = line.strip(" ├└│─").split()
        if len(words) > 1 and words[1].isdecimal():
            assert getattr(unrolled.errors, words[0]).status == int(words[1])


def test_faults_make_the_detail() -> None:
    error = InvalidInput.of(FieldError("a", "A is wrong."), FieldError("b", "B too."))
    assert error.detail == str(error) == "A is wrong. B too."
    assert [fault.field for fault in error.errors] == ["a", "b"]
    assert isinstance(TooMuchWork.of(FieldError("a", "Too much.")), InvalidInput)


def test_busy_says_when() -> None:
    assert Busy("Later.", retry_after=5).retry_after == 5


def test_half_a_character_can_be_told() -> None:
    fault = FieldError("weights.\ud800", "There is no “\ud800”.")
    error = InvalidInput.of(fault)
    for text in (fault.field, fault.message, error.detail, InvalidInput("\udfff").detail):
        assert "?" in text.encode("utf-8").decode()
