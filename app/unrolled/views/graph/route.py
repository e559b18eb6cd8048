"""Which edges the gradient takes: those on a way from the later value back to the earlier one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from unrolled.views.graph.diagram import Edge


def routed(edges: Sequence[Edge], sources: Collection[str], targets: Collection[str]) -> tuple[Edge, ...]:
    """Mark the edges on the path.

    Parameters
    ----------
    edges : sequence of Edge
        All of them, each behind those that lead to its source.
    sources, targets : collections of str
        Ids of the earlier and of the later nodes.

    Returns
    -------
    tuple of Edge
        The same, with ``on_path``: what depends on the sources and is reached from the targets backwards without
        passing a cut. Where a cut lies between, the path ends there.
    """
    ahead = _reached(((edge.source, edge.target) for edge in edges), sources)
    back = _reached(((edge.target, edge.source) for edge in reversed(edges) if not edge.cut), targets)
    return tuple(replace(edge, on_path=not edge.cut and edge.source in ahead and edge.target in back) for edge in edges)


def read_by(edges: Sequence[Edge], targets: Collection[str]) -> frozenset[tuple[str, str]]:
    """Find everything that some values are computed from.

    Parameters
    ----------
    edges : sequence of Edge
        All of them, each behind those that lead to its source.
    targets : collection of str
        Ids of the values.

    Returns
    -------
    frozenset of (str, str)
        Ends of the edges.
    """
    back = _reached(((edge.target, edge.source) for edge in reversed(edges)), targets)
    return frozenset((edge.source, edge.target) for edge in edges if edge.target in back)


def _reached(pairs: Iterable[tuple[str, str]], begin: Collection[str]) -> set[str]:
    """Follow pairs, given in an order in which each stands behind those that lead to it."""
    found = set(begin)
    for one, other in pairs:
        if one in found:
            found.add(other)
    return found
