"""What a field of the query may be, with words for a reader: the schema and the tables, put together once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from app.core.activations import ACTIVATIONS
from app.core.initialisations import INITIALISATIONS
from app.core.models import MODELS
from app.core.sequences import SEQUENCES
from app.query import Query

_NORMS = {
    "spectral": {
        "label": "spectral",
        "formula": r"\|P\|_2=\sigma_1(P)",
        "source": "Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063",
        "note": "The largest gain in any direction: the largest singular value.",
    },
    "frobenius": {
        "label": "Frobenius",
        "formula": r"\|P\|_F=\left(\sum_i\sigma_i^2\right)^{1/2}",
        "source": "Schoenholz et al. 2017, arXiv 1611.01232",
        "note": "All entries together: √H times the gain of an average direction. Free of charge.",
    },
}
_BLOCKS = {
    "h": {"label": "h, output", "formula": "h_t", "source": "", "note": "What the network hands to its next step."},
    "c": {"label": "c, cell", "formula": "c_t", "source": "", "note": "What an LSTM keeps to itself."},
    "s": {
        "label": "s, all of it",
        "formula": "s_t=[h_t;c_t]",
        "source": "",
        "note": "Everything that is carried on: h, and in an LSTM also c.",
    },
    "x": {"label": "x, input", "formula": "x_k", "source": "", "note": "What entered at step k."},
}
_RESETS = {
    "after": {
        "label": "after the matrix",
        "formula": r"n_t=\tanh(W_{in}x_t+b_{in}+r_t\odot(U_nh_{t-1}+b_{hn}))",
        "source": "torch.nn.GRU; cuDNN",
        "note": "As PyTorch, cuDNN and newer Keras have it.",
    },
    "before": {
        "label": "before the matrix",
        "formula": r"n_t=\tanh(W_{in}x_t+b_{in}+U_n(r_t\odot h_{t-1})+b_{hn})",
        "source": "Cho et al. 2014, arXiv 1406.1078",
        "note": "As in the 2014 paper, older Keras and the default of ONNX.",
    },
}


@dataclass(frozen=True)
class Choice:
    """One value of a field.

    Attributes
    ----------
    value : str
        As it stands in the URL.
    label, note : str
        Its name and one sentence for a reader.
    more : mapping
        What else the table says: formulas, source, numbers.
    """

    value: str
    label: str
    note: str
    more: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        """Write the choice as one flat object.

        Returns
        -------
        dict
            ``name``, ``label``, ``note`` and everything else that the table says.
        """
        return {"name": self.value, "label": self.label, "note": self.note, **self.more}


@cache
def properties() -> dict[str, dict[str, Any]]:
    """Give the JSON schema of every field of the query.

    Returns
    -------
    dict
        Field names to schemas; a field that may be left out has the schema of its values, without null.
    """
    found = {}
    for name, schema in Query.model_json_schema()["properties"].items():
        flat = dict(schema)
        for option in flat.pop("anyOf", ()):
            if option.get("type") != "null":
                flat |= option
        found[name] = flat
    return found


@cache
def choices(field: str) -> tuple[Choice, ...]:
    """Give the values that a field may have, or nothing if it is no choice.

    Parameters
    ----------
    field : str
        Name of the field.

    Returns
    -------
    tuple of Choice
        In the order of the table.
    """
    schema = properties()[field]
    names = schema.get("enum", [schema["const"]] if "const" in schema else [])
    tables: dict[str, Mapping[str, Any]] = {
        "model": MODELS,
        "activation": ACTIVATIONS,
        "init": INITIALISATIONS,
        "input": SEQUENCES,
        "norm": _NORMS,
        "of": _BLOCKS,
        "wrt": _BLOCKS,
        "reset": _RESETS,
    }
    rows = tables.get(field, {})
    return tuple(_choice(str(name), rows.get(name, {})) for name in names)


def labels(field: str) -> dict[str, str]:
    """Give the words for the values of a field.

    Parameters
    ----------
    field : str
        Name of the field.

    Returns
    -------
    dict
        Values to labels.
    """
    return {choice.value: choice.label for choice in choices(field)}


def rows(names: Iterable[Choice]) -> list[dict[str, Any]]:
    """Write choices as a list of flat objects.

    Parameters
    ----------
    names : iterable of Choice
        The choices.

    Returns
    -------
    list of dict
        One object a choice.
    """
    return [choice.row() for choice in names]


def _choice(value: str, row: Any) -> Choice:
    """Make a choice of a row of a table, leaving out what only a program can use."""
    if is_dataclass(row):
        names = [each.name for each in fields(row) if not callable(getattr(row, each.name))]
        row = {name: getattr(row, name) for name in names}
    more = {name: part for name, part in row.items() if name not in ("name", "label", "note")}
    return Choice(value, row.get("label", value), row.get("note", ""), more)
