"""How attention is drawn: embeddings e, mixtures m of all embeddings so far, outputs."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.attention_mixing import AttentionMixing
from unrolled.core.feedforward.diagram import DirectDiagram
from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Constant

FORMULAS = {
    "earlier": "∂m_{t}/∂e_{k} = α (W_v + (v_{k} − m_{t}) q_{t}ᵀ W_k/√d)",
    "own": "∂m_{t}/∂e_{k} = α (W_v + (v_{k} − m_{t}) q_{t}ᵀ W_k/√d) + what the query moves",
    "joint": "∂m_{t}/∂e_{first} … ∂e_{last}, {steps:,} side by side",
}


@dataclass(frozen=True)
class AttentionDiagram(DirectDiagram):
    """One forward pass, from embeddings to mixtures."""

    mixing: AttentionMixing

    @property
    def reads(self) -> str:
        """The embedding."""
        return "e"

    @property
    def into(self) -> str:
        """The mixture."""
        return "m"

    def cell(self, steps: Steps) -> CellDiagram:
        """Draw embedding and mixture of a step."""
        mixing = self.mixing
        mixtures = np.stack([mixing.mixture(t) for t in steps.tolist()])
        nodes = (
            CellNode("e", "embedding", mixing.embeddings[steps - 1], -16.0),
            CellNode("m", "mixture", mixtures, 100.0),
        )
        edges = (
            CellEdge("x", "e", "∂e_{t}/∂x_{t} = W_e", Constant(mixing.parameters["weight_e"])),
            CellEdge("m", "o", "∂o_{t}/∂m_{t} = W_o", Constant(mixing.parameters["weight_o"])),
        )
        return CellDiagram(nodes, edges, {}, None, 200.0)

    def norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure ∂m_t/∂e_k."""
        return self.mixing.norms(t, steps, norm)

    def joint_norm(self, t: int, steps: Steps, norm: Norm) -> float:
        """Measure these side by side, all of steps before t."""
        return self.mixing.joint_norm(t, steps, norm)

    def formula(self, t: int, k: int) -> str:
        """Write ∂m_t/∂e_k."""
        return FORMULAS["own" if k == t else "earlier"].format(t=t, k=k)

    def joint_formula(self, t: int, steps: Steps) -> str:
        """Write these side by side."""
        return FORMULAS["joint"].format(t=t, first=steps[0], last=steps[-1], steps=len(steps))

    def log_weights(self, t: int) -> Array:
        """Give ln α_tj."""
        return self.mixing.log_weights(t)
