"""What measuring order and memory costs, estimated before anything is computed."""

from unrolled.core.behaviour.probe import decomposition_flops, fit_flops
from unrolled.core.cost.derivative import Cost
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import cells_cost, forward_pass_cost
from unrolled.experiment.variants import comparable_models
from unrolled.views.memory.measure import ORDERS, SHUFFLES, with_model
from unrolled.views.memory.span import driven_steps, in_order, lags_of, triangle_steps, wanted_steps

_BYTES = 8
# Of the steps so many are fitted.
_FITTED = 2.0 / 3.0


def memory_cost(experiment: Experiment) -> Cost:
    """Estimate the work: every model in three orders and on independent inputs, its triangles, and the fits."""
    steps, hidden, entries = wanted_steps(experiment), experiment.query.hidden, experiment.input_size
    driven, lags, span = driven_steps(experiment), lags_of(experiment), triangle_steps(experiment)
    orders, rows = len(ORDERS), int(_FITTED * driven)
    flops = runs = largest = 0.0
    for name in comparable_models(experiment):
        variant = with_model(in_order(experiment, steps), name)
        size, forward = size_of(variant), forward_pass_cost(variant)
        shown = with_model(in_order(experiment, span), name)
        triangle = cells_cost(shown, span)
        fitted = int(_FITTED * steps)
        fits = decomposition_flops(fitted, hidden) + fit_flops(fitted, hidden, entries)
        # What is mixed of all pairs of steps is computed once more to be read.
        weighed = float(steps**2 * (size.key + hidden)) if size.key else 0.0
        flops += orders * (forward.flops + triangle.flops + fits + weighed)
        flops += SHUFFLES * (triangle.flops + forward_pass_cost(shown).flops)
        numbers = hidden if size.reach == steps else entries * min(size.reach, lags + 1)
        flops += forward_pass_cost(with_model(in_order(experiment, driven), name)).flops
        flops += float(driven**2 * (size.key + hidden)) if size.key else 0.0
        if numbers < rows:
            flops += decomposition_flops(rows, numbers) + (lags + 1) * fit_flops(rows, numbers, entries)
        # Every run is remembered; what is fitted is not, nor the run on independent inputs.
        runs += orders * (forward.bytes + _BYTES * steps * entries)
        features = max(min(numbers, driven), hidden)
        largest = max(largest, triangle.bytes, _BYTES * max(steps, driven) * (4.0 * features + 12.0 * entries))
    return Cost(flops, runs + largest)
