"""What a field may be, with words for a reader."""

from unrolled.core.models import MODELS
from unrolled.query.choices import choices, labels, properties, rows


def test_a_choice_has_the_words_of_its_table() -> None:
    assert [choice.value for choice in choices("norm")] == ["spectral", "frobenius"]
    assert labels("norm")["frobenius"] == "Frobenius"
    assert rows(choices("truncation"))[2]["formula"] == "t-k<K"
    assert labels("model") == {name: model.label for name, model in MODELS.items()}
    assert choices("length") == ()


def test_every_choice_of_a_table_explains_itself() -> None:
    for name in properties():
        for choice in choices(name):
            if choice.more:
                assert choice.label, choice
                assert choice.note.endswith("."), choice


def test_a_row_holds_nothing_that_only_a_program_can_use() -> None:
    assert not any(callable(value) for row in rows(choices("activation")) for value in row.values())


def test_a_set_has_one_order() -> None:
    assert {row["name"]: row for row in rows(choices("model"))}["attention"]["reads"] == ["gain", "key", "positions"]


def test_a_field_that_may_be_left_out_has_the_schema_of_its_values() -> None:
    assert properties()["layer"]["type"] == "integer"
    assert not any("anyOf" in schema for schema in properties().values())
