"""PyTorch's names of parameters: which belong to the network, which are missing, which cannot be used."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import counted, too_many_names
from unrolled.query.messages import quoted
from unrolled.query.types import MAX_LAYERS

KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
_RECURRENT = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?P<kind>(?:weight|bias)_(?:ih|hh|hr))_l(?P<layer>[0-9]{1,6})(?P<reverse>_reverse)?"
)
_EXAMPLE = "weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0"


@dataclass(frozen=True)
class Named:
    """Parameters by the names they have in the network.

    Attributes
    ----------
    values : dict of str to Any
        What was given, by PyTorch's name without any prefix; nothing but the layers from 0 to ``layers`` − 1.
    paths : dict of str to str
        Where each of them stood, or should have stood, for a message.
    layers : int
        How many layers there are; 0 when none could be told.
    """

    values: dict[str, Any]
    paths: dict[str, str]
    layers: int


def read_names(given: Mapping[Any, Any], root: str, faults: list[FieldError]) -> Named:
    """Sort out the names.

    Parameters
    ----------
    given : mapping
        Names to whatever was given; None counts as absent.
    root : str
        What stands before a name in a message, such as ``weights.``.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    Named
        The parameters.
    """
    if many := too_many_names(given, root.rstrip(".") or "body"):
        faults += many
        return Named({}, {}, 0)
    found = {name: _RECURRENT.fullmatch(str(name)) for name, value in given.items() if value is not None}
    prefixes = list(dict.fromkeys(match["prefix"] for match in found.values() if match))
    other = _other_network(found, prefixes, root)
    if other:
        # Its names and shapes follow other rules: nothing more can be said of them.
        faults.append(other)
        return Named({}, {}, 0)
    prefix = prefixes[0] if prefixes else ""
    values: dict[str, Any] = {}
    for name, match in found.items():
        fault = _unfit(str(name), match, root, prefix)
        if fault:
            faults.append(fault)
        elif match:
            values[f"{match['kind']}_l{int(match['layer'])}"] = given[name]
    faults += _unknown_of_none(given, root)
    layers = _layers(values, root + prefix, faults)
    names = [f"{kind}_l{layer}" for layer in range(layers) for kind in KINDS]
    paths = {name: f"{root}{prefix}{name}" for name in names}
    faults += _missing(values, names, paths)
    return Named({name: values[name] for name in names if name in values}, paths, layers)


def _other_network(found: Mapping[Any, re.Match[str] | None], prefixes: list[str], root: str) -> FieldError | None:
    """Say that the names are those of a network that is not read here, or of more than one; else nothing."""
    if len(prefixes) > 1:
        met = ", ".join(quoted(prefix) for prefix in prefixes[:6])
        message = (
            f"The names begin in {len(prefixes)} ways, {met}: they are those of {counted(len(prefixes), 'network')}. "
            "Send the parameters of one."
        )
        return FieldError(root.rstrip(".") or "body", message)
    matches = {str(name): match for name, match in found.items() if match}
    backward = sorted(name for name, match in matches.items() if match["reverse"])
    if backward:
        message = (
            f"{_one_of(backward)} to a bidirectional network, which is not read here: its upper layers read both "
            "directions. Send one direction of its first layer, the names that end in _l0 or those in "
            "_l0_reverse without that ending (then with inputs in reverse order)."
        )
        return FieldError(f"{root}{backward[0][:60]}", message)
    projected = sorted(name for name, match in matches.items() if match["kind"].endswith("hr"))
    if projected:
        message = (
            f"{_one_of(projected)} to an LSTM with proj_size, whose h is a projection; it is not read here: "
            "send a network made with proj_size=0."
        )
        return FieldError(f"{root}{projected[0][:60]}", message)
    return None


def _one_of(names: list[str]) -> str:
    """Name the first of some names and say how many more there are."""
    more = len(names) - 1
    return f"{quoted(names[0])} belongs" if not more else f"{quoted(names[0])} and {counted(more, 'other name')} belong"


def _unfit(name: str, match: re.Match[str] | None, root: str, prefix: str) -> FieldError | None:
    """Say why a name cannot be used, or nothing."""
    field = f"{root}{name[:60]}"
    if match is None:
        return FieldError(field, _unknown(name, root, prefix))
    if str(int(match["layer"])) != match["layer"]:
        return FieldError(field, f"{quoted(name)} is no name of PyTorch's: write the layer without zeros in front.")
    return None


def _unknown(name: str, root: str, prefix: str) -> str:
    """Say what is not known about a name, and the way out."""
    near = difflib.get_close_matches(name, [f"{kind}_l0" for kind in KINDS], 1, 0.75)
    if near and not prefix:
        return f"There is no parameter {quoted(name)} in a recurrent network. Did you mean {near[0]}?"
    if prefix:
        way = f"send only the names that begin with {quoted(prefix)} as the recurrent layers do."
    elif root:
        way = f"its parameters are {_EXAMPLE}, then _l1 and so on. Take the name out."
    else:
        way = f"a file holds {_EXAMPLE}, then _l1 and so on, inputs, h and c. Take the name out."
    return f"There is no parameter {quoted(name)} in a recurrent network: {way}"


def _unknown_of_none(given: Mapping[Any, Any], root: str) -> Iterator[FieldError]:
    """Complain of names nobody knows even where their value is null."""
    for name, value in given.items():
        if value is None and not _RECURRENT.fullmatch(str(name)):
            yield FieldError(f"{root}{str(name)[:60]}", _unknown(str(name), root, ""))


def _layers(values: Collection[str], root: str, faults: list[FieldError]) -> int:
    """Count the layers; note when there are too many."""
    highest = max((int(name.rpartition("_l")[2]) for name in values), default=0)
    if highest < MAX_LAYERS:
        return highest + 1
    name = next(name for name in values if name.endswith(f"_l{highest}"))
    message = f"{quoted(name)} is of layer {highest}, counted from 0; at most {MAX_LAYERS} layers are taken, l0 to l3."
    faults.append(FieldError(f"{root}{name[:60]}", message, (MAX_LAYERS,)))
    return MAX_LAYERS


def _missing(values: Collection[str], names: list[str], paths: Mapping[str, str]) -> Iterator[FieldError]:
    """Ask for what is missing: every matrix, and every bias as soon as there is one."""
    bias = next((name for name in names if name in values and name.startswith("bias")), None)
    for name in names:
        if name in values:
            continue
        if name.startswith("weight"):
            gap = "" if name.endswith("_l0") else ", and the layers follow each other without gaps"
            yield FieldError(paths[name], f"{paths[name]} is missing: every layer needs both matrices{gap}.")
        elif bias:
            message = (
                f"{paths[name]} is missing while {bias} is given: give both biases of every layer, or none for zeros."
            )
            yield FieldError(paths[name], message)
