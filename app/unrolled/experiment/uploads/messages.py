"""What a person reads about arrays, files and recordings that cannot be used: whole sentences with named values."""

from collections.abc import Mapping, Sized
from typing import NamedTuple

from unrolled.core.models import MODELS
from unrolled.errors import FieldError

MAX_FAULTS = 40
MAX_NAMES = 1000
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}


class Plural(NamedTuple):
    """A message about one thing, and about several."""

    one: str
    other: str

    def of(self, count: int) -> str:
        """Choose the message for a number of things."""
        return self.one if count == 1 else self.other


# Any body.
TOO_MANY_NAMES = "{path} has {count} names; at most {limit} are taken."
MORE_FAULTS = "There are {count} more faults, which are told when these are mended."

# The query beside arrays or a recording.
QUERY_NOT_OBJECT = 'query is {value}; give an object of fields such as {{"gain": 1.2}}.'
CONTRADICTIONS: Mapping[str, str] = {
    "length": "{path} is {value} but inputs has this many rows: {size}. Leave length out or give {size}.",
    "hidden": "{path} is {value} but weight_hh_l0 has this many columns: {size}. Leave hidden out or give {size}.",
    "layers": "{path} is {value} but the weights have this many layers: {size}. Leave layers out or give {size}.",
}
OTHER_MODEL = Plural(
    "weight_hh_l0 has shape {shape}: one block of {hidden} rows, {model}; {path} is {value}: leave model out or give "
    "{size}.",
    "weight_hh_l0 has shape {shape}: {blocks} blocks of {hidden} rows, {model}; {path} is {value}: leave model out or "
    "give {size}.",
)
OTHER_WIDTH = Plural(
    "{path} takes {expected} numbers a step but the input “{input}” gives {width}: give inputs of shape "
    "(T, {expected}), or a matrix with one column.",
    "{path} takes {expected} numbers a step but the input “{input}” gives {width}: give inputs of shape "
    "(T, {expected}), or a matrix with {columns} columns.",
)
INPUT_NOT_SOUND = "input is {value}, but the body is a recording: leave input out or give sound."
FRAME_TOO_LONG = Plural(
    "frame is {frame}, but the recording has one sample: lower frame to {count}.",
    "frame is {frame}, but the recording has {samples} samples: lower frame to {count}.",
)
TOO_MANY_FRAMES = Plural(
    "The recording has {count} frames of one sample, and length is left out; at most {limit} steps are taken: give a "
    "length, which cuts the recording, or raise frame.",
    "The recording has {count} frames of {samples} samples, and length is left out; at most {limit} steps are taken: "
    "give a length, which cuts the recording, or raise frame.",
)

# Names of parameters.
WEIGHTS_NOT_OBJECT = "{path} is {value}; give an object with {names}."
SEVERAL_NETWORKS = (
    "The names begin in {count} ways, {prefixes}: they are those of {networks} networks. Send the parameters of one."
)
_SEND_ONE_DIRECTION = (
    "Send one direction of its first layer, the names that end in _l0 or those in _l0_reverse without that ending "
    "(then with inputs in reverse order)."
)
BIDIRECTIONAL = (
    "{name} belongs to a bidirectional network, which is not read here: its upper layers read both directions. "
    + _SEND_ONE_DIRECTION
)
BIDIRECTIONAL_NAMES = Plural(
    "{name} and one other name belong to a bidirectional network, which is not read here: its upper layers read both "
    "directions. " + _SEND_ONE_DIRECTION,
    "{name} and {others} other names belong to a bidirectional network, which is not read here: its upper layers read "
    "both directions. " + _SEND_ONE_DIRECTION,
)
PROJECTED = (
    "{name} belongs to an LSTM with proj_size, whose h is a projection; it is not read here: send a network made with "
    "proj_size=0."
)
PROJECTED_NAMES = Plural(
    "{name} and one other name belong to an LSTM with proj_size, whose h is a projection; it is not read here: send a "
    "network made with proj_size=0.",
    "{name} and {others} other names belong to an LSTM with proj_size, whose h is a projection; it is not read here: "
    "send a network made with proj_size=0.",
)
LEADING_ZEROS = "{name} is no name of PyTorch's: write the layer without zeros in front."
UNKNOWN_PARAMETER_NEAR = "There is no parameter {name} in a recurrent network. Did you mean {near}?"
UNKNOWN_PARAMETER_BESIDE_PREFIX = (
    "There is no parameter {name} in a recurrent network: send only the names that begin with {prefix} as the "
    "recurrent layers do."
)
UNKNOWN_PARAMETER = (
    "There is no parameter {name} in a recurrent network: its parameters are weight_ih_l0, weight_hh_l0, bias_ih_l0, "
    "bias_hh_l0, then _l1 and so on. Take the name out."
)
UNKNOWN_NAME_IN_FILE = (
    "There is no parameter {name} in a recurrent network: a file holds weight_ih_l0, weight_hh_l0, bias_ih_l0, "
    "bias_hh_l0, then _l1 and so on, inputs, h and c. Take the name out."
)
TOO_MANY_LAYERS = "{name} is of layer {layer}, counted from 0; at most {limit} layers are taken, l0 to l3."
MATRIX_MISSING = "{path} is missing: every layer needs both matrices."
NO_MATRIX = "{path} is missing: every layer needs both matrices, unless the query says {without}, which has none."
LAYER_MISSING = "{path} is missing: every layer needs both matrices, and the layers follow each other without gaps."
BIAS_MISSING = "{path} is missing while {bias} is given: give both biases of every layer, or none for zeros."

# Numbers.
NOT_A_LIST = "{path} is {value}; give a list of numbers."
NOT_ROWS = "{path} is {value}; give a list of rows."
ROWS_DIFFER = "The rows of {array} differ in length: {array}[0] has {width} numbers, {path} has {count}."
NOT_A_NUMBER = "{path} is {value}; give a number."
NOT_FINITE = "{path} is {value}; give a finite number."
NUMBER_TOO_LARGE = "{path} is {value:.3g}; give a number of at most 1e100 in size."
WHOLE_NUMBER_TOO_LARGE = "{path} is a whole number beyond 1e100; give a number of at most 1e100 in size."
WRONG_DTYPE = (
    "{path} has the dtype {dtype}; float16, float32, float64 and whole numbers up to 64 bits are taken: send it as "
    "float64 (tensor.double() in PyTorch, array.astype(float) in NumPy)."
)

# Shapes; {rows} is H, 4H or 3H.
NO_MODEL = "{path} has shape {shape}; expected {shapes}."
NO_MODEL_TRANSPOSED = "{path} has shape {shape}; expected {shapes}. It looks transposed: send its transpose."
SHAPE_OF_MODEL = "({rows}, {columns}) for {model}"
TOO_MANY_UNITS = "{path} has shape {shape}; at most {limit} hidden units are taken."
WRONG_INPUT_WEIGHT = "{path} has shape {shape}; expected ({rows}, D), since {first} has {rows} rows."
WRONG_BIAS = "{path} has shape {shape}; expected {expected} ({rows}, from {first})."
WRONG_MATRIX = "{path} has shape {shape}; expected {expected} ({rows} × H, from {first})."
WRONG_INPUTS = "{path} has shape {shape}; expected {expected} (T × D, with D from weight_ih_l0)."
INPUTS_NOT_ROWS = "{path} has shape {shape}; expected two axes, T × D."
INPUTS_IN_BATCH = "{path} has shape {shape}; expected two axes, T × D: take one sequence out of the batch."
NO_INPUTS = "{path} has shape {shape}; give at least one row of one number."
TOO_MANY_STEPS = "{path} has {rows} rows; at most {limit} steps are taken: shorten it."

# The initial state.
STATE_NOT_OBJECT = '{path} is {value}; give an object such as {{"h": [0, 0]}}.'
UNKNOWN_STATE = "There is no state {name} in a recurrent network: it has h, and c in an lstm."
STATE_MISSING = "{path} is missing: give H numbers, or L rows of them."
NO_STATE = "{path} is given, but {model} carries no state: take it out, or choose model={models}."
NO_CELL = "{path} is the cell of an LSTM; this network, {model}, has none: take it out."
WRONG_STATE = "{path} has shape {shape}; expected {expected} (L × H, from the weights or the query)."
WRONG_STATE_OF_ONE_LAYER = "{path} has shape {shape}; expected {expected} (H, from the weights or the query)."
STATE_IN_BATCH = (
    "{path} has shape {shape}; expected {expected} (L × H, from the weights or the query: take one sequence out of the "
    "batch)."
)

# Files of arrays.
PICKLE = (
    "The file is a pickle, as torch.save makes it, and a pickle can run anything: it is not opened here. "
    "Send safetensors.torch.save(model.state_dict()) or an NPZ."
)
NOT_SAFETENSORS = "The file is a zip archive, not safetensors: send it as an NPZ."
BROKEN_NPZ = "The body is not an NPZ, or is broken: {reason}. Save it anew."
BROKEN_SAFETENSORS = "The body is not a safetensors file, or is broken: {reason}. Save it anew."
UNPACKS_TO_TOO_MUCH = (
    "The file unpacks to {size:.4g} MiB; at most {limit:.4g} MiB are taken: send fewer steps or a smaller network."
)
TAKES_TOO_MUCH = (
    "As float64 the numbers of the file take {size:.4g} MiB; at most {limit:.4g} MiB are taken: send fewer steps or a "
    "smaller network."
)
NAME_TWICE = "{name} is in the file more than once: give it once."
UNKNOWN_COMPRESSION = "{name} is compressed in a way that NumPy does not use."
NOT_AN_ARRAY = "{name} is no array of NumPy's: an NPZ holds files that end in .npy."
SHAPE_NOT_OF_ITS_BYTES = "{path} says that its shape is {shape}, which are not the bytes it has: save it anew."
UNREADABLE_ARRAY = "{path} cannot be read: {reason}. Save the file anew."


def fault(
    path: str, template: str, allowed: tuple[str | int | float, ...] | None = None, **values: object
) -> FieldError:
    """Fill in the message of one field."""
    return FieldError(path, template.format(path=path, **values), allowed)


def shape_text(sizes: tuple[int, ...]) -> str:
    """Write a shape as Python does: (H, D), and a single size as (H,)."""
    return str(tuple(int(size) for size in sizes))


def row_text(model: str) -> str:
    """Write how many rows the matrices of a model have: ``H``, ``4H`` or ``3H``."""
    gates = len(MODELS[model].gates)
    return "H" if gates == 1 else f"{gates}H"


def number_text(number: int) -> str:
    """Write a small number as a word."""
    return _NUMBERS.get(number, str(number))


def too_many_names(names: Sized, path: str) -> list[FieldError]:
    """Refuse more names than anybody means, before each is looked at: one fault, or none."""
    if len(names) <= MAX_NAMES:
        return []
    return [fault(path, TOO_MANY_NAMES, (MAX_NAMES,), count=len(names), limit=MAX_NAMES)]


def first_faults(faults: list[FieldError]) -> list[FieldError]:
    """Keep as many faults as a person reads, and say how many more there are."""
    more = len(faults) - MAX_FAULTS
    return faults if more <= 0 else [*faults[:MAX_FAULTS], fault("body", MORE_FAULTS, count=more)]
