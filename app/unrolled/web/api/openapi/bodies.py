"""The body of a POST as OpenAPI describes it: JSON, a file of arrays, or a recording."""

from typing import Any

from unrolled.query.types import MAX_LAYERS
from unrolled.web.http.responses import JSON

NPZ, SAFETENSORS, WAV = "application/x-npz", "application/x-safetensors", "audio/wav"

# Null says the same as leaving a member out.
_VECTOR = {"type": ["array", "null"], "minItems": 1, "items": {"type": "number"}}
_ROWS = {"minItems": 1, "items": {"type": "array", "minItems": 1, "items": {"type": "number"}}}
_MATRIX = {"type": ["array", "null"], **_ROWS}
_STATE = {"anyOf": [{"type": "array", **_ROWS}, _VECTOR]}


def _parameters(kind: str) -> str:
    """Match the names of one kind of parameter: of any layer, behind any prefix."""
    return rf"^(.*\.)?{kind}_(ih|hh)_l[0-{MAX_LAYERS - 1}]$"


OWN_NETWORK: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "description": "A query and a network of one's own; model and sizes follow from the arrays.",
    "properties": {
        "query": {"anyOf": [{"$ref": "#/components/schemas/Query"}, {"type": "null"}]},
        "weights": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "description": "Parameters with PyTorch's names, with or without one common prefix. The row blocks of "
            "weight_hh_l0 tell the model: one an RNN, three a GRU (r, z, n), four an LSTM (i, f, g, o).",
            "patternProperties": {
                _parameters("weight"): _MATRIX
                | {"description": "W_ih of layer l0 … l3, gates × H rows of D numbers; W_hh, of H numbers."},
                _parameters("bias"): _VECTOR
                | {"description": "b_ih and b_hh, gates × H numbers; may be left out together."},
            },
        },
        "inputs": _MATRIX | {"description": "The sequence, T rows of D numbers."},
        "initial_state": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "h": _STATE | {"description": "h_0, H numbers, or a row of them for each layer."},
                "c": _STATE | {"description": "c_0 of an LSTM, in the same form."},
            },
        },
        "assert": {
            "type": ["array", "null"],
            "description": "What /api/v1/check holds the network to; nothing else looks at it.",
        },
    },
}

ASSERTED_NETWORK: dict[str, Any] = OWN_NETWORK | {
    "properties": OWN_NETWORK["properties"]
    | {"assert": OWN_NETWORK["properties"]["assert"] | {"items": {"type": "string"}}}
}

OWN_EXAMPLE: dict[str, Any] = {
    "query": {"activation": "identity", "norm": "spectral"},
    "weights": {"weight_ih_l0": [[1.0], [0.0]], "weight_hh_l0": [[0.0, 0.1], [0.1, 0.0]]},
    "inputs": [[1.0], [0.0], [0.0], [0.0]],
}

FILES = (
    "A file holds the parameters under PyTorch’s names, and “inputs”, “h” and “c”, each of which may be left out; the "
    "query stands in the URL. In JSON it is the member “query”."
)

RECORDINGS = (
    "A WAV is the sound that drives the network of the query: PCM of 8, 16, 24 or 32 bits or floats, of any rate, its "
    "channels averaged. “input” is sound, and “length” the number of its frames; a shorter one cuts it, a longer one "
    "pads it. The file is used for this answer and not kept."
)

FIELDS_OF_A_FILE = (
    "The fields of the query are parameters of the URL beside a file. Beside a JSON body, which has them in its member "
    "“query”, they are refused."
)


def request_body(example: dict[str, Any], schema: str = "OwnNetwork") -> dict[str, Any]:
    """Describe the body."""
    file = {"schema": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}}
    sound = {"schema": {"type": "string", "format": "binary", "contentMediaType": WAV}}
    network = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    content = {JSON: network, NPZ: file, SAFETENSORS: file, WAV: sound}
    return {"required": True, "description": f"{FILES} {RECORDINGS}", "content": content}
