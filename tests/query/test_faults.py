"""What a refused field says: the value, what may be given, and what was probably meant."""

import pytest
from pydantic import ValidationError

from unrolled.query.faults import faults_of
from unrolled.query.fields import Fields


def fault(field: str, value: object) -> str:
    """Give the message of the one fault of a field."""
    with pytest.raises(ValidationError) as caught:
        Fields.model_validate({field: value})
    faults = faults_of(caught.value, Fields.model_json_schema()["properties"])
    assert [fault.field for fault in faults] == [field.replace("\ud800", "?")]
    assert faults[0].message.isprintable()
    return faults[0].message


def test_a_fault_names_the_value_and_what_to_give() -> None:
    for field, value, message in [
        ("length", "0", "length is “0”; give a whole number from 1 to 65536."),
        ("length", "32.5", "length is “32.5”; give a whole number from 1 to 65536."),
        ("window", 65537, "window is 65537; give a whole number from 1 to 65536."),
        ("key", 257, "key is 257; give a whole number from 1 to 256."),
        ("seed", "-1", "seed is “-1”; give a whole number from 0 to 2147483647."),
        ("k", "0", "k is “0”; give a whole number of 1 or more."),
        ("gain", "much", "gain is “much”; give a number from 0 to 10."),
        ("gain", "nan", "gain is “nan”; give a number from 0 to 10."),
        ("gain", " 0,5 ", "gain is “ 0,5 ”; give a number from 0 to 10. Decimals have a point: 0.5."),
        ("tolerance", "0", "tolerance is “0”; give a number above 0, up to 1."),
        ("tolerance", "0,1", "tolerance is “0,1”; give a number above 0, up to 1. Decimals have a point: 0.1."),
        ("loss", "mean", "loss is “mean”; choose one of sum, last."),
        ("v", "2", "v is “2”; choose one of 1."),
        ("text", "a" * 1001, "text has 1001 characters; at most 1000 are taken: shorten it."),
        ("series", "1," * 1001, "series has 1001 numbers; at most 1000 are taken: shorten it."),
        (
            "series",
            "1 zwei 3",
            "Entry 2 of series is “zwei”, not a finite number: give numbers like 1.5, separated by commas.",
        ),
        (
            "series",
            "1 1e999",
            "Entry 2 of series is “1e999”, not a finite number: give numbers like 1.5, separated by commas.",
        ),
        (
            "series",
            "0;1,5",
            "Entry 2 of series is “1,5”: the comma may be a decimal comma or stand between two numbers. "
            "Write decimals with a point, such as 1.5, or use one kind of separator only.",
        ),
        ("text", 5, "text is 5; give text."),
        ("series", {"a": 1}, 'series is {"a": 1}; give numbers separated by commas, or a list of numbers.'),
        ("text", "\ud800", "text is “�”; it holds half a character, a lone surrogate: send whole ones."),
        ("norm", "Spectral", "norm is “Spectral”; choose one of spectral, frobenius. Did you mean spectral?"),
    ]:
        assert fault(field, value) == message


def test_the_nearest_name_is_found_whatever_the_case() -> None:
    for field, value, near in [
        ("activation", "tahn", "tanh"),
        ("activation", "TANH", "tanh"),
        ("Activation", "relu", "activation"),
        ("LENGHT", "5", "length"),
        ("activation", "zzz", None),
        ("{length}", "5", "length"),
    ]:
        message = fault(field, value)
        assert f" Did you mean {near}?" in message if near else "Did you mean" not in message


def test_an_unknown_field_lists_all_names() -> None:
    assert fault("colour", "red").startswith("There is no field “colour”. The fields are v, model, activation, length,")


def test_a_value_that_cannot_be_printed_is_cut_to_one_printable_line() -> None:
    assert fault("activation", "\x00\u202e" + "x" * 100).startswith(f"activation is “��{'x' * 58}…”; choose one of")


def test_a_name_that_is_no_text_is_one_fault() -> None:
    with pytest.raises(ValidationError) as caught:
        Fields.model_validate({"\ud800": 1, "gain": 1})
    (error,) = faults_of(caught.value, Fields.model_json_schema()["properties"])
    assert "a lone surrogate" in error.message
