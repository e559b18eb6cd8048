"""PyTorch's side of a loss: its own losses, and states that are detached for real."""

from dataclasses import dataclass

import numpy as np
import torch

from tests.oracle.cases import Case
from unrolled.core.loss.losses import Targets
from unrolled.core.networks.weights import Readout


@dataclass
class TorchNetwork:
    """A network out of PyTorch's primitives, so that a state of any step can be detached."""

    case: Case
    targets: Targets
    out: Readout

    def __post_init__(self) -> None:
        self.parameters = {
            name: torch.tensor(value, requires_grad=True) for name, value in self.case.parameters.items()
        }
        self.inputs = torch.tensor(self.case.inputs)

    def start(self) -> list[list[torch.Tensor]]:
        initial = self.case.initial
        return [
            [torch.tensor(part[layer]) for part in initial.values()] for layer in range(self.case.architecture.layers)
        ]

    def step(self, state: list[list[torch.Tensor]], t: int) -> list[list[torch.Tensor]]:
        entering, after = self.inputs[t - 1], []
        for layer, before in enumerate(state):
            after.append(self.cell(layer, entering, before))
            entering = after[-1][0]
        return after

    def cell(self, layer: int, x: torch.Tensor, before: list[torch.Tensor]) -> list[torch.Tensor]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        w, u, b, d = (self.parameters[f"{name}_l{layer}"] for name in names)
        model, h = self.case.architecture.model, before[0]
        if model == "rnn":
            return [torch.tanh(w @ x + b + u @ h + d)]
        if model == "lstm":
            i, f, g, o = (w @ x + b + u @ h + d).chunk(4)
            c = torch.sigmoid(f) * before[1] + torch.sigmoid(i) * torch.tanh(g)
            return [torch.sigmoid(o) * torch.tanh(c), c]
        (wr, wz, wn), (ur, uz, un), (br, bz, bn), (dr, dz, dn) = ((w @ x).chunk(3), u.chunk(3), b.chunk(3), d.chunk(3))
        r, z = torch.sigmoid(wr + br + ur @ h + dr), torch.sigmoid(wz + bz + uz @ h + dz)
        recurrent = r * (un @ h + dn) if self.case.architecture.reset == "after" else un @ (r * h) + dn
        n = torch.tanh(wn + bn + recurrent)
        return [(1 - z) * n + z * h]

    def loss(self, state: list[list[torch.Tensor]], t: int) -> torch.Tensor:
        output = torch.tensor(self.out.weight) @ state[-1][0] + torch.tensor(self.out.bias)
        (place,) = np.flatnonzero(self.targets.steps == t)
        target = torch.tensor(self.targets.values[place])
        if self.targets.is_text:
            return torch.nn.functional.cross_entropy(output, target.argmax())
        return torch.nn.functional.mse_loss(output, target)

    def chunked(self, window: int) -> dict[str, np.ndarray]:
        state, losses = self.start(), []
        for t in range(1, int(self.targets.steps[-1]) + 1):
            if (t - 1) % window == 0:
                state = [[part.detach() for part in layer] for layer in state]
            state = self.step(state, t)
            if t in self.targets.steps:
                losses.append(self.loss(state, t))
        return self.gradient(sum(losses))

    def sliding(self, window: int) -> dict[str, np.ndarray]:
        states = [self.start()]
        for t in range(1, len(self.inputs) + 1):
            states.append(self.step(states[-1], t))
        losses = []
        for t in self.targets.steps.tolist():
            state = [[part.detach() for part in layer] for layer in states[max(0, t - window)]]
            for step in range(max(0, t - window) + 1, t + 1):
                state = self.step(state, step)
            losses.append(self.loss(state, t))
        return self.gradient(sum(losses))

    def gradient(self, loss: torch.Tensor) -> dict[str, np.ndarray]:
        gradients = torch.autograd.grad(loss, list(self.parameters.values()))
        return {name: value.numpy() for name, value in zip(self.parameters, gradients, strict=True)}

    def lengths(self, t: int, state: list[list[torch.Tensor]], tensors: list[torch.Tensor]) -> list[float]:
        gradients = torch.autograd.grad(self.loss(state, t), tensors, retain_graph=True)
        return [float(gradient.norm()) for gradient in gradients]
