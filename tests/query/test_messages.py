"""How a value is written inside a message, and what every message is made of."""

import string

from unrolled.experiment.uploads import messages as upload_messages
from unrolled.experiment.uploads import wav_messages
from unrolled.query import messages
from unrolled.query.messages import quoted


def test_a_value_is_short_printable_and_quoted_when_it_is_text() -> None:
    for value, text in [
        ("x", "“x”"),
        ("a\nb", "“a�b”"),
        ("y" * 61, f"“{'y' * 60}…”"),
        (True, "true"),
        ([1, "ä"], '[1, "ä"]'),
        (10**80, "1" + "0" * 59 + "…"),
    ]:
        assert quoted(value) == text


def texts(module: object) -> dict[str, str]:
    """Give the messages of a module: of a plural both, of a table all."""
    messages: dict[str, str] = {}
    for name, value in vars(module).items():
        if isinstance(value, str) and name.isupper():
            messages[name] = value
        elif isinstance(value, upload_messages.Plural):
            messages |= {f"{name}.one": value.one, f"{name}.other": value.other}
    return messages | dict(upload_messages.CONTRADICTIONS)


def test_every_message_is_whole_sentences_with_named_values() -> None:
    for module in (messages, upload_messages, wav_messages):
        for name, text in texts(module).items():
            fields = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
            assert all(field.isidentifier() for field in fields), name
            assert text.endswith((".", "?")) or name in ("SHAPE_OF_MODEL", "MP4"), name
