"""The stored PyTorch vectors: what `make test` compares with, so that it needs no PyTorch.

``python -m tests.oracle.vectors``, in the environment of `make oracle`, writes them anew.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.core.nets import Architecture
from tests.oracle.cases import GATED, INPUT, Case, drawn, input_pairs, pairs
from tests.oracle.comparison import Answer
from unrolled.core.arrays.types import Array
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.core.networks.initialisations import INITIALISATIONS

FILE = Path(__file__).with_name("vectors.npz")
LENGTH, HIDDEN = 5, 3
SHORT, SMALL = 4, 2
# Gated networks and stacks; their initialisation changes nothing that the vanilla ones do not show.
ARCHITECTURES = [*GATED, Architecture("rnn", 2)]

Pairs = list[tuple[int, int]]
# Of a vanilla network's derivatives with respect to its input those of the last step are kept.
LAST = [(LENGTH, k) for k in range(1, LENGTH + 1)]

Stored = tuple[Case, Answer]


def stored() -> Mapping[tuple[str, str], Stored]:
    """Read the stored vanilla networks: (activation, initialisation) to the network and PyTorch's answer.

    The networks are stored too, so that nothing here depends on how they are drawn today.
    """
    data = _data()
    start, networks = {"h": data["initial"]}, {}
    for init in stored_names("initialisations"):
        answers = _under(data, f"answers.{init}")
        for index, activation in enumerate(stored_names("activations")):
            case = Case(
                Architecture("rnn", activation=activation), _under(data, f"parameters.{init}"), data["inputs"], start
            )
            own = {name: values[index] for name, values in answers.items()}
            networks[activation, init] = case, _answer(own, LENGTH, LAST)
    return networks


def stored_names(table: str) -> list[str]:
    """Name the rows of ``activations`` or ``initialisations`` that were there when the vectors were written."""
    return [str(name) for name in _data()[table]]


def stored_kinds() -> Mapping[str, Stored]:
    """Read the other stored networks, by the name of their architecture."""
    data = _data()
    return {
        str(architecture): (
            Case(
                architecture,
                _under(data, f"{architecture}.parameters"),
                data[f"{architecture}.inputs"],
                _under(data, f"{architecture}.initial"),
            ),
            _answer(_under(data, f"{architecture}.answer"), SHORT, list(input_pairs(SHORT))),
        )
        for architecture in ARCHITECTURES
    }


def write() -> None:
    """Let PyTorch compute the vectors and store them."""
    from tests.oracle.reference import differentiated  # PyTorch is not everywhere

    data: dict[str, np.ndarray] = {
        "activations": np.array(list(ACTIVATIONS)),
        "initialisations": np.array(list(INITIALISATIONS)),
    }
    for init in INITIALISATIONS:
        answers = []
        for activation in ACTIVATIONS:
            case = drawn(Architecture("rnn", activation=activation), init, length=LENGTH, hidden=HIDDEN, seed=7)
            data |= {f"parameters.{init}.{name}": value for name, value in case.parameters.items()}
            data |= {"inputs": case.inputs, "initial": case.initial["h"]}
            answers.append(_arrays(differentiated(case), LENGTH, LAST))
        data |= {f"answers.{init}.{name}": np.stack([entry[name] for entry in answers]) for name in answers[0]}
    for architecture in ARCHITECTURES:
        case = drawn(architecture, "pytorch", length=SHORT, hidden=SMALL, seed=7)
        data |= {f"{architecture}.parameters.{name}": value for name, value in case.parameters.items()}
        data |= {f"{architecture}.initial.{name}": value for name, value in case.initial.items()}
        data[f"{architecture}.inputs"] = case.inputs
        arrays = _arrays(differentiated(case), SHORT, list(input_pairs(SHORT)))
        data |= {f"{architecture}.answer.{name}": value for name, value in arrays.items()}
    np.savez_compressed(FILE, allow_pickle=False, **data)


def _data() -> dict[str, Array]:
    with np.load(FILE, allow_pickle=False) as file:
        return dict(file)


def _under(data: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    """Take the arrays whose names begin so, in the order in which they were written."""
    return {name.removeprefix(f"{prefix}."): value for name, value in data.items() if name.startswith(f"{prefix}.")}


def _arrays(answer: Answer, length: int, entered: Pairs) -> dict[str, Array]:
    """Put an answer into arrays."""
    arrays = {"states": answer.states}
    for place, matrices in answer.by_node.items():
        wanted = entered if place == INPUT else pairs(length)
        arrays["".join(map(str, place))] = np.stack([matrices[pair] for pair in wanted])
    return arrays


def _answer(stored: Mapping[str, Array], length: int, entered: Pairs) -> Answer:
    """Take an answer out of arrays."""
    by_node = {}
    for name in stored.keys() - {"states"}:
        place = name[0], int(name[1:])
        by_node[place] = dict(zip(entered if place == INPUT else pairs(length), stored[name], strict=True))
    return Answer(stored["states"], by_node)


if __name__ == "__main__":
    write()
