"""PyTorch's names of parameters: which belong to the network, which are missing, which cannot be used."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unrolled.core.models import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import Plural, fault, number_text, too_many_names
from unrolled.query.messages import quoted
from unrolled.query.types import MAX_LAYERS

KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
MATRIX = "weight_hh"
_RECURRENT = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?P<kind>(?:weight|bias)_(?:ih|hh|hr))_l(?P<layer>[0-9]{1,6})(?P<reverse>_reverse)?"
)


@dataclass(frozen=True)
class NamedParameters:
    """Parameters by PyTorch's names without any prefix, of layers 0 to ``layers`` − 1; 0 when none could be told.

    ``paths`` are where each of them stood, or should have stood, for a message.
    """

    values: dict[str, Any]
    paths: dict[str, str]
    layers: int


def read_names(
    parameters: Mapping[Any, Any], root: str, faults: list[FieldError], *, needs_matrix: bool = True
) -> NamedParameters:
    """Sort out the names; a value of None counts as absent, and ``root`` stands before a name in messages.

    Without `needs_matrix` the layers may have no recurrent matrix at all.
    """
    if refusal := too_many_names(parameters, root.rstrip(".") or "body"):
        faults += refusal
        return NamedParameters({}, {}, 0)
    matches = {name: _RECURRENT.fullmatch(str(name)) for name, value in parameters.items() if value is not None}
    prefixes = list(dict.fromkeys(match["prefix"] for match in matches.values() if match))
    other = _other_network(matches, prefixes, root)
    if other:
        # Its names and shapes follow other rules: nothing more can be said of them.
        faults.append(other)
        return NamedParameters({}, {}, 0)
    prefix = prefixes[0] if prefixes else ""
    values: dict[str, Any] = {}
    for name, match in matches.items():
        name_fault = _name_fault(str(name), match, root, prefix)
        if name_fault:
            faults.append(name_fault)
        elif match:
            values[f"{match['kind']}_l{int(match['layer'])}"] = parameters[name]
    faults += _unknown_of_none(parameters, root)
    layers = _layer_count(values, root + prefix, faults)
    has_matrix = any(name.startswith(MATRIX) for name in values)
    kinds = [kind for kind in KINDS if needs_matrix or has_matrix or kind != MATRIX]
    names = [f"{kind}_l{layer}" for layer in range(layers) for kind in kinds]
    paths = {name: f"{root}{prefix}{name}" for name in names}
    faults += _missing(values, names, paths, has_matrix=has_matrix)
    return NamedParameters({name: values[name] for name in names if name in values}, paths, layers)


def _other_network(matches: Mapping[Any, re.Match[str] | None], prefixes: list[str], root: str) -> FieldError | None:
    """Say that the names are those of a network that is not read here, or of more than one; else nothing."""
    count = len(prefixes)
    if count > 1:
        listed, networks = ", ".join(quoted(prefix) for prefix in prefixes[:6]), number_text(count)
        path = root.rstrip(".") or "body"
        return fault(path, messages.SEVERAL_NETWORKS, count=count, prefixes=listed, networks=networks)
    named = {str(name): match for name, match in matches.items() if match}
    backward = sorted(name for name, match in named.items() if match["reverse"])
    if backward:
        return _unread(backward, messages.BIDIRECTIONAL, messages.BIDIRECTIONAL_NAMES, root)
    projected = sorted(name for name, match in named.items() if match["kind"].endswith("hr"))
    if projected:
        return _unread(projected, messages.PROJECTED, messages.PROJECTED_NAMES, root)
    return None


def _unread(names: list[str], alone: str, several: Plural, root: str) -> FieldError:
    """Name the first of some names and say how many more there are."""
    others = len(names) - 1
    template = several.of(others) if others else alone
    return fault(f"{root}{names[0][:60]}", template, name=quoted(names[0]), others=number_text(others))


def _name_fault(name: str, match: re.Match[str] | None, root: str, prefix: str) -> FieldError | None:
    """Say why a name cannot be used, or nothing."""
    if match is None:
        return _unknown(name, root, prefix)
    if str(int(match["layer"])) != match["layer"]:
        return fault(f"{root}{name[:60]}", messages.LEADING_ZEROS, name=quoted(name))
    return None


def _unknown(name: str, root: str, prefix: str) -> FieldError:
    near = difflib.get_close_matches(name, [f"{kind}_l0" for kind in KINDS], 1, 0.75)
    path = f"{root}{name[:60]}"
    if prefix:
        return fault(path, messages.UNKNOWN_PARAMETER_BESIDE_PREFIX, name=quoted(name), prefix=quoted(prefix))
    if near:
        return fault(path, messages.UNKNOWN_PARAMETER_NEAR, name=quoted(name), near=near[0])
    return fault(path, messages.UNKNOWN_PARAMETER if root else messages.UNKNOWN_NAME_IN_FILE, name=quoted(name))


def _unknown_of_none(parameters: Mapping[Any, Any], root: str) -> Iterator[FieldError]:
    """Complain of names nobody knows even where their value is null."""
    for name, value in parameters.items():
        if value is None and not _RECURRENT.fullmatch(str(name)):
            yield _unknown(str(name), root, "")


def _layer_count(values: Collection[str], root: str, faults: list[FieldError]) -> int:
    highest = max((int(name.rpartition("_l")[2]) for name in values), default=0)
    if highest < MAX_LAYERS:
        return highest + 1
    name = next(name for name in values if name.endswith(f"_l{highest}"))
    path = f"{root}{name[:60]}"
    faults.append(
        fault(path, messages.TOO_MANY_LAYERS, (MAX_LAYERS,), name=quoted(name), layer=highest, limit=MAX_LAYERS)
    )
    return MAX_LAYERS


def _missing(
    values: Collection[str], names: list[str], paths: Mapping[str, str], *, has_matrix: bool
) -> Iterator[FieldError]:
    """Ask for what is missing: every matrix, and every bias as soon as there is one."""
    without = ", ".join(
        f"model={name}" for name, model in MODELS.items() if model.states and not model.has_recurrent_matrix
    )
    bias = next((name for name in names if name in values and name.startswith("bias")), None)
    for name in names:
        if name in values:
            continue
        if name.startswith("weight"):
            template = messages.MATRIX_MISSING if name.endswith("_l0") else messages.LAYER_MISSING
            if name == f"{MATRIX}_l0" and not has_matrix:
                template = messages.NO_MATRIX
            yield fault(paths[name], template, without=without)
        elif bias:
            yield fault(paths[name], messages.BIAS_MISSING, bias=bias)
