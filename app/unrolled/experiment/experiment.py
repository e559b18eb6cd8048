"""What is to be computed: a query, and for somebody's own network its arrays."""

import hashlib
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import regex

from unrolled.core.arrays.types import Array
from unrolled.core.data.audio import audio_width
from unrolled.core.data.recording import Recording
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.agreement import read_query
from unrolled.experiment.uploads.messages import OTHER_WIDTH, fault, first_faults, number_text
from unrolled.experiment.uploads.network import IN_JSON, Roots, read_network
from unrolled.experiment.uploads.recording import recorded_query
from unrolled.experiment.uploads.shapes import Sizes
from unrolled.experiment.uploads.states import fit_states
from unrolled.query.entry import FAR_BACK, NETWORK, READS
from unrolled.query.fields import under
from unrolled.query.query import Query

# What draws the network and makes its sequence stands under these headings; what attention alone reads, in its row.
NETWORK_FIELDS = under(NETWORK, READS) - {"key", "positions"}
# What the width D of an input follows from.
_WIDTH_FIELDS = ("input", "text", "series", "frame", "features")
CHAIN_FIELDS = NETWORK_FIELDS | {"of", "wrt", "layer", "origin"}
TRIANGLE_FIELDS = CHAIN_FIELDS | {"norm", "resolution"}
# What the links of an answer to other networks take along, though not all of its numbers depend on it.
LINKED = under(FAR_BACK)
WINDOW_FIELDS = frozenset({"from", "until", "since", "to"})
# The cell that is chosen; by default a corner of the window.
CELL_FIELDS = frozenset({"t", "k", "from", "to"})


@dataclass(frozen=True, eq=False)
class Experiment:
    """A query, with the arrays of somebody's own network, or their recording, where they were given.

    Weights are drawn from the query where they are None, and inputs (T, D) made from it; ``h`` and ``c`` of ``initial``
    are (L, H), zeros where left out; a recording stands for the bundled sound. ``digest`` names the arrays, or the
    recording, in cache keys.
    """

    query: Query
    weights: Mapping[str, Array] | None = None
    inputs: Array | None = None
    initial: Mapping[str, Array] | None = None
    recording: Recording | None = None
    digest: str = ""

    @classmethod
    def of_arrays(
        cls,
        values: Any,
        weights: Any = None,
        inputs: Any = None,
        initial_state: Any = None,
        roots: Roots = IN_JSON,
        refused: Iterable[FieldError] = (),
    ) -> "Experiment":
        """Read a network of somebody's own, as JSON or arrays; what is None is drawn or made from the query.

        ``model``, ``layers``, ``hidden`` and ``length`` follow from the arrays and may be left out of the query.
        Without any arrays it is the experiment of a GET. Raises InvalidInput with every fault, ``refused`` ones too.
        """
        model = values.get("model") if isinstance(values, Mapping) else None
        network = read_network(weights, inputs, initial_state, roots, model)
        faults = [*refused, *network.faults]
        fields = read_query(values, network, roots, faults)
        initial = network.initial
        if not network.has_weights and (sized := fields.part("model", "layers", "hidden")):
            initial = fit_states(initial, Sizes(sized.model, sized.layers, sized.hidden), roots.state, faults)
        if not network.has_inputs and network.width and (reading := fields.part(*_WIDTH_FIELDS)):
            faults += _width_faults(reading, network.width, roots)
        if faults:
            raise InvalidInput.of(*first_faults(faults))
        digest = _digest(network.weights, network.inputs, initial)
        return cls(Query.build(fields.fields), network.weights, network.inputs, initial, digest=digest)

    @classmethod
    def of_recording(
        cls, values: Mapping[str, Any], recording: Recording | None, refused: Iterable[FieldError] = ()
    ) -> "Experiment":
        """Read the query of somebody's own sound, None where that could not be read, which is ``refused``.

        ``input`` and ``length`` follow from it and may be left out; a shorter length cuts it, a longer one pads it.
        Raises InvalidInput with every fault.
        """
        query = recorded_query(values, recording, refused)
        return cls(query, recording=recording, digest="" if recording is None else _recording_digest(recording))

    def seeing(self, fields: frozenset[str]) -> "Experiment":
        """Give the same experiment, of whose query these fields alone can be read; any other raises `HiddenField`.

        Where the cell is among them and the window is not, that counts by its corner alone.
        """
        named, chosen = fields, {}
        if named >= NETWORK_FIELDS:
            named |= self.query.row.reads
        if named >= CELL_FIELDS:
            chosen = {"t": self.query.later, "k": self.query.earlier}
            named -= frozenset() if named >= WINDOW_FIELDS else CELL_FIELDS
        return replace(self, query=self.query.showing(named, **chosen))

    @property
    def key(self) -> Hashable:
        """Everything that can be read, own arrays by their digest: what can be computed is a function of this."""
        return (self.digest, *vars(self.query).items())

    def changed(self, **fields: Any) -> "Experiment":
        """Change fields of the query, keeping own arrays; a shorter ``length`` cuts an own sequence."""
        query = self.query.changed(**fields)
        inputs = None if self.inputs is None else self.inputs[: query.length]
        return replace(self, query=query, inputs=inputs)

    @property
    def characters(self) -> tuple[str, ...]:
        """The text as a reader sees it: its grapheme clusters after composition (NFC)."""
        return _characters(self.query.text)

    @property
    def input_size(self) -> int:
        """D, the numbers that enter at each step; known before anything is computed."""
        if self.inputs is not None:
            return int(self.inputs.shape[1])
        if self.query.input == "sound":
            return audio_width(self.query.frame, self.query.features)
        return len(set(self.characters)) if self.query.input == "text" else 1


@lru_cache(maxsize=16)
def _characters(text: str) -> tuple[str, ...]:
    return tuple(regex.findall(r"\X", unicodedata.normalize("NFC", text)))


def _width_faults(query: Query, expected: int, roots: Roots) -> list[FieldError]:
    """Compare D of own weights with the input that the query provides."""
    width = Experiment(query).input_size
    if width == expected:
        return []
    path, columns = f"{roots.weights}weight_ih_l0", number_text(width)
    return [
        fault(path, OTHER_WIDTH.of(width), (width,), expected=expected, input=query.input, width=width, columns=columns)
    ]


def _recording_digest(recording: Recording) -> str:
    """Name a recording by its content."""
    digest = hashlib.blake2b(digest_size=16)
    layout = (recording.rate, recording.channels, recording.bits, recording.is_float)
    digest.update(repr(layout).encode())
    digest.update(recording.data)
    return digest.hexdigest()


def _digest(weights: Mapping[str, Array] | None, inputs: Array | None, initial: Mapping[str, Array] | None) -> str:
    """Name arrays by their content; empty for none."""
    arrays = {**(weights or {}), **(initial or {})} | ({} if inputs is None else {"inputs": inputs})
    if not arrays:
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
