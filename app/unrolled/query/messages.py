"""What a person reads about a query that cannot be used: whole sentences with named values, and how values are written.

A sentence is never put together from parts, so that each can be translated as it stands.
"""

import json

MAX_QUOTED = 60

# One field by itself.
UNKNOWN_FIELD = "There is no field {name}. The fields are {fields}."
UNKNOWN_FIELD_NEAR = "There is no field {name}. Did you mean {near}? The fields are {fields}."
REPEATED_FIELD = "{name} is given more than once: give it once."
TOO_MANY_CHARACTERS = "{field} has {length} characters; at most {limit} are taken: shorten it."
TOO_MANY_NUMBERS = "{field} has {length} numbers; at most {limit} are taken: shorten it."
NOT_FINITE = "Entry {position} of {field} is {word}, not a finite number: give numbers like 1.5, separated by commas."
DECIMAL_COMMA = (
    "Entry {position} of {field} is {word}: the comma may be a decimal comma or stand between two numbers. Write "
    "decimals with a point, such as {number}, or use one kind of separator only."
)
NOT_A_CHOICE = "{field} is {value}; choose one of {choices}."
NOT_A_CHOICE_NEAR = "{field} is {value}; choose one of {choices}. Did you mean {near}?"
WHOLE_NUMBER_BETWEEN = "{field} is {value}; give a whole number from {low} to {high}."
WHOLE_NUMBER_FROM = "{field} is {value}; give a whole number of {low} or more."
NUMBER_BETWEEN = "{field} is {value}; give a number from {low} to {high}."
NUMBER_BETWEEN_WITH_A_POINT = "{field} is {value}; give a number from {low} to {high}. Decimals have a point: {number}."
NUMBER_ABOVE = "{field} is {value}; give a number above {low}, up to {high}."
NUMBER_ABOVE_WITH_A_POINT = (
    "{field} is {value}; give a number above {low}, up to {high}. Decimals have a point: {number}."
)
NOT_TEXT = "{field} is {value}; give text."
NOT_A_SERIES = "{field} is {value}; give numbers separated by commas, or a list of numbers."
NOT_OF_ITS_KIND = "{field} is {value}; give a value of its kind."
LONE_SURROGATE = "{field} is {value}; it holds half a character, a lone surrogate: send whole ones."

# Fields that do not agree.
NO_TEXT = "The input is text but no text is given: type at least one character."
NO_SERIES = "The input is your own series but it is empty: give at least one number."
STEP_BEYOND_END = "{field} is {value} but the sequence ends at {length}: lower {field} or raise length."
STEPS_OUT_OF_ORDER = "{first} is {before} but must not come after {last} = {after}: lower {first} or raise {last}."
OUTSIDE_WINDOW = "{field} is {value}; it must lie in the window, from {first} to {last}."
OUTSIDE_SEQUENCE = "{field} is {value}; it must lie in the sequence, from {first} to {last}."
NO_STATE = (
    "{field} is {value}, but {model} has no state: its outputs o see the inputs x directly. Choose {field}={only}, or "
    "model={models}."
)
NO_CELL = "{field} is c, the cell of an LSTM, but the model is {model}: choose model=lstm or {field}=h."
NO_CHAIN = (
    "truncation is {truncation}, but {model} has no chain through time to cut: choose truncation=none, or "
    "model={models}."
)
NO_SUCH_LAYER = "layer is {layer} but the network has {layers}: lower layer or raise layers."
ORIGIN_ABOVE_LAYER = "origin is {origin}, above layer {top}, which does not depend on it: lower origin to {top}."
TWO_BIASES = "chrono and forget_bias set the same biases: leave one of them out."


def quoted(value: object) -> str:
    """Write a value on one printable line of at most sixty characters, text in typographic quotes."""
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    text = "".join(character if character.isprintable() else "�" for character in text)
    text = text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "…"
    return f"“{text}”" if isinstance(value, str) else text
