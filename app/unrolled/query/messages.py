"""How a value is written inside a message."""

import json

_SHOWN = 60


def quoted(value: object) -> str:
    """Write a value for an error message: short, on one line, printable.

    Parameters
    ----------
    value : object
        What was met.

    Returns
    -------
    str
        The value in typographic quotes when it is text, cut after sixty characters.
    """
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    text = "".join(character if character.isprintable() else "�" for character in text)
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"“{text}”" if isinstance(value, str) else text
