"""Nodes and edges of an unrolled graph, and the cell that repeats at every step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from unrolled.core.arrays.types import Array
from unrolled.views.contract.payload import Payload, finite

RAISED = "⁰¹²³⁴"


@dataclass(frozen=True)
class Node:
    """One value of the network, or many steps folded into one node.

    Attributes
    ----------
    id, kind, symbol, label : str
        Unique name; what it is; its letter; what a reader sees beside it.
    t : int
        Its step; of a fold the first one.
    layer : int or None
        Counted from 0; None for an input.
    log10_norm : float
        Its Euclidean length; of a fold the size of the derivative across it.
    across, down : float
        Where it stands: from the left, and from the middle of its row.
    t_last : int or None
        The last step of a fold.
    """

    id: str
    kind: str
    symbol: str
    label: str
    t: int
    layer: int | None
    log10_norm: float
    across: float
    down: float = 0.0
    t_last: int | None = None

    @property
    def is_fold(self) -> bool:
        """Whether it stands for many steps."""
        return self.t_last is not None

    @property
    def hides(self) -> int:
        """How many steps it stands for."""
        return 1 if self.t_last is None else self.t_last - self.t + 1

    def payload(self) -> Payload:
        """Give it as the API does."""
        told: Payload = {"id": self.id, "kind": self.kind, "t": self.t, "layer": self.layer, "label": self.label}
        told["log10_norm"] = finite(self.log10_norm)
        return told | ({"t_last": self.t_last, "hides": self.hides} if self.is_fold else {})


@dataclass(frozen=True)
class Edge:
    """One value that enters another, and the derivative along it.

    Attributes
    ----------
    source, target : str
        Ids of its ends, in the direction of the forward pass.
    formula : str
        The local derivative; an index follows an underscore.
    log10_norm : float
        Its size.
    on_path, cut : bool
        Whether the gradient takes it, and whether a truncation has cut it.
    told : mapping of str to float
        What one step does to the whole gradient, on the one edge a step that says so: ``log10_step``,
        ``log10_product``, ``log10_ratio``. The weight that attention gives, ``weight``.
    """

    source: str
    target: str
    formula: str
    log10_norm: float
    on_path: bool = False
    cut: bool = False
    told: Mapping[str, float] = field(default_factory=dict)

    def payload(self) -> Payload:
        """Give it as the API does."""
        told = {name: finite(value) for name, value in self.told.items()}
        ends = {"source": self.source, "target": self.target, "log10_norm": finite(self.log10_norm)}
        return ends | {"on_path": self.on_path, "cut": self.cut, "formula": self.formula} | told


@dataclass(frozen=True)
class Part:
    """A node that is there at every step.

    Attributes
    ----------
    name, kind : str
        Its letter, and what it is.
    sizes : array of shape (n,)
        log10 of its length at each drawn step.
    across, down : float
        Where it stands in its layer.
    """

    name: str
    kind: str
    sizes: Array
    across: float
    down: float = 0.0


@dataclass(frozen=True)
class Link:
    """An edge that is there at every step.

    Attributes
    ----------
    source, target : str
        Names of parts; ``x`` is what enters the layer.
    formula : str
        The local derivative: ``{t}`` is the step, ``{s}`` the step before.
    sizes : array of shape (n,)
        log10 of its norm at each drawn step.
    is_back : bool
        Whether it comes from the step before.
    """

    source: str
    target: str
    formula: str
    sizes: Array
    is_back: bool = False


@dataclass(frozen=True)
class Cell:
    """What a layer consists of at every step.

    Attributes
    ----------
    parts, links : tuples
        Its nodes and edges, those that are read first at the front.
    carried : mapping of str to float
        What it hands from step to step, and log10 of the length it begins with; the first one is the output h.
    carrier : tuple of (str, str)
        The edge from step to step beside which the factor is told.
    width : float
        The room it takes from left to right.
    """

    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    carried: Mapping[str, float]
    carrier: tuple[str, str]
    width: float
