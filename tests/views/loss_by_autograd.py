"""The gradient of a query's loss a second time: by HIPS autograd from the parameters, one loss at a time."""

import autograd.numpy as anp
import numpy as np
from autograd import grad

from tests.core.jacobians.test_autograd import FORWARD
from tests.core.nets import Architecture
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo


def _steps(kind, weights, state, entering, hidden):
    """Run one step of all layers; the state is a list of arrays, [h] or [h, c] a layer."""
    layers, sigma = [], FORWARD["sigmoid"]
    for (w, u, b, v), before in zip(weights, state, strict=True):
        h = before[0]
        if kind.model == "rnn":
            after = [FORWARD[kind.activation](anp.dot(w, entering) + b + anp.dot(u, h) + v)]
        elif kind.model == "lstm":
            i, f, g, o = anp.split(anp.dot(w, entering) + b + anp.dot(u, h) + v, 4)
            c = sigma(f) * before[1] + sigma(i) * anp.tanh(g)
            after = [sigma(o) * anp.tanh(c), c]
        else:
            a, q = anp.split(anp.dot(w, entering) + b, 3), anp.split(anp.dot(u, h) + v, 3)
            r, z = sigma(a[0] + q[0]), sigma(a[1] + q[1])
            after = [(1 - z) * anp.tanh(a[2] + r * q[2]) + z * h]
        layers.append(after)
        entering = after[0]
    return layers


class Plain:
    """A query's network and loss, written out: every loss as a function of W_hh, cut off where one likes."""

    def __init__(self, experiment):
        forward_run, query = run(experiment, Memo(2**26)), experiment.query
        self.kind, self.hidden = Architecture(query.model, query.layers, activation=query.activation), query.hidden
        self.inputs, self.readout = forward_run.sequence.inputs, forward_run.readout
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        self.weights = [[forward_run.parameters[f"{name}_l{layer}"] for name in names] for layer in range(query.layers)]
        self.layer = (query.layer or query.layers) - 1
        self.is_text = query.input == "text" and experiment.inputs is None
        self.steps = range(1, forward_run.sequence.data_length)

    def with_matrix(self, u):
        weights = [list(arrays) for arrays in self.weights]
        weights[self.layer][1] = u
        return weights

    def states(self, weights):
        parts = 2 if self.kind.model == "lstm" else 1
        states = [[[np.zeros(self.hidden)] * parts for _ in self.weights]]
        for x in self.inputs:
            states.append(_steps(self.kind, weights, states[-1], x, self.hidden))
        return states

    def loss(self, state, t):
        output = anp.dot(self.readout.weight, state[-1][0]) + self.readout.bias
        following = self.inputs[t]
        if self.is_text:
            return anp.log(anp.sum(anp.exp(output))) - output[int(np.argmax(following))]
        return anp.mean((output - following) ** 2)

    def run(self, weights, state, since, t):
        for step in range(since, t):
            state = _steps(self.kind, weights, state, self.inputs[step], self.hidden)
        return state

    def gradient(self, t, begins):
        """Take ∂L_t/∂W_hh with the state before step `begins` + 1 held fixed: the pairs with k > begins."""
        fixed = self.states(self.weights)[begins]
        return grad(lambda u: self.loss(self.run(self.with_matrix(u), fixed, begins, t), t))(
            self.weights[self.layer][1]
        )

    def contribution(self, t, k):
        """Take what W_hh brings at step k alone."""
        states = self.states(self.weights)

        def of(u):
            state = _steps(self.kind, self.with_matrix(u), states[k - 1], self.inputs[k - 1], self.hidden)
            return self.loss(self.run(self.weights, state, k, t), t)

        return grad(of)(self.weights[self.layer][1])

    def onto_state(self, t, k):
        """Take ∂L_t/∂h_k of the chosen layer: through its output at step k and through its next state."""
        states = self.states(self.weights)

        def of(h):
            forward_run, entering = [], self.inputs[k - 1]
            for place, weights in enumerate(self.weights):
                (after,) = _steps(self.kind, [weights], [states[k - 1][place]], entering, self.hidden)
                if place == self.layer:
                    after = [h, *states[k][place][1:]]
                forward_run.append(after)
                entering = after[0]
            return self.loss(self.run(self.weights, forward_run, k, t), t)

        return grad(of)(states[k][self.layer][0])
