"""An entry makes a field: its words, its step, its bounds."""

from typing import Any

from pydantic import BaseModel

from unrolled.query.entry import Entry, field


class Toys(BaseModel):
    """One field of each kind."""

    whole: int | None = field(None, Entry("Whole", "A whole number."), ge=1)
    real: float = field(1.0, Entry("Real", "A number."), gt=0)
    fine: float = field(1.0, Entry("Fine", "A number.", step=0.01))
    word: str = field("", Entry("Word", "A text."), max_length=9, alias="text")


def test_the_schema_says_what_the_entry_says() -> None:
    properties: dict[str, Any] = Toys.model_json_schema()["properties"]
    assert {name: (row["label"], row.get("step")) for name, row in properties.items()} == {
        "whole": ("Whole", 1), "real": ("Real", 0.1), "fine": ("Fine", 0.01), "text": ("Word", None),
    }  # fmt: skip
    assert properties["real"] == {
        "default": 1.0, "description": "A number.", "exclusiveMinimum": 0, "label": "Real", "step": 0.1,
        "title": "Real", "type": "number",
    }  # fmt: skip
    assert properties["text"]["maxLength"] == 9
