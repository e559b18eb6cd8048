"""The derivative that is looked at, in symbols."""

from dataclasses import dataclass

from unrolled.query.query import Query


@dataclass(frozen=True)
class Derivative:
    """∂(of)_t/∂(wrt)_k between layers ``layer`` and ``origin``, counted from 1."""

    of: str
    wrt: str
    layer: int
    origin: int
    layers: int

    def symbols(self, t: str, k: str) -> str:
        """Write it for Plotly: ``∂h<sub>t</sub> / ∂h<sub>k</sub>``, the layers of several raised."""
        return f"{self._part(self.of, t, self.layer)} / {self._part(self.wrt, k, self.origin)}"

    def _part(self, letter: str, step: str, layer: int) -> str:
        superscript = f"<sup>({layer})</sup>" if self.layers > 1 and letter not in "ox" else ""
        return f"∂{letter}{superscript}<sub>{step}</sub>"


def derivative(query: Query) -> Derivative:
    """Read the derivative off a query, with the layers that were left out filled in."""
    layer = query.layers if query.layer is None else query.layer
    origin = 1 if query.wrt == "x" else layer if query.origin is None else query.origin
    return Derivative(query.of, query.wrt, layer, origin, query.layers)
