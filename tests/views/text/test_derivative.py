"""The chosen derivative, in symbols."""

from unrolled.query.query import Query
from unrolled.views.text.derivative import Derivative, derivative


def test_layers_are_raised_in_a_stack_alone():
    assert derivative(Query()).symbols("t", "k") == "∂h<sub>t</sub> / ∂h<sub>k</sub>"
    stack = derivative(Query(model="lstm", layers=3, origin=1, wrt="c"))
    assert stack == Derivative("h", "c", 3, 1, 3)
    assert stack.symbols("5", "2") == "∂h<sup>(3)</sup><sub>5</sub> / ∂c<sup>(1)</sup><sub>2</sub>"
    inputs = derivative(Query(layers=2, wrt="x"))
    assert (inputs.layer, inputs.origin) == (2, 1)
    assert inputs.symbols("t", "k") == "∂h<sup>(2)</sup><sub>t</sub> / ∂x<sub>k</sub>"


def test_without_a_state_the_output_moves_with_the_input():
    assert derivative(Query(model="attention")) == Derivative("o", "x", 1, 1, 1)
