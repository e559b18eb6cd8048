"""What the views of one derivative say, in whole sentences."""

DECAY = {"empty": "exactly zero from lag 1 on: nothing to draw"}
FACTOR = {
    "slope": "At step {t} this factor has the norm {norm}. Its slopes φ′ run from {low} to {high}, {mean} on average; "
    "W_hh alone stretches by at most {sigma}.",
    "f": "With h held fixed, a cell keeps what its forget gate lets through: at step {t} f runs from {low} to {high}, "
    "{mean} on average. The whole factor, h and c together, has the norm {norm}; the recurrent matrix alone stretches "
    "by at most {sigma}.",
    "z": "What the gate keeps passes without a matrix: at step {t} z runs from {low} to {high}, {mean} on average. "
    "The whole factor has the norm {norm}; the recurrent matrix alone stretches by at most {sigma}.",
    "gate": "What passes unit by unit: at step {t} {what} runs from {low} to {high}, {mean} on average. "
    "The whole factor has the norm {norm}; the recurrent matrix alone stretches by at most {sigma}.",
    "plain": "At step {t} this factor has the norm {norm}.",
    "no_matrix": "No matrix stands between two steps: at step {t} {what} runs from {low} to {high}, {mean} on average, "
    "and that is the whole factor, of norm {norm}.",
    "norm": "10^{exponent} = {norm}",
    "zero": "0",
}
INFLUENCE = {
    "window": "The window shows t from {since} to {last} and k from {first} to {until}, every single step; "
    "the verdict is that of the whole sequence.",
    "window.sampled": "The window shows t from {since} to {last} and k from {first} to {until}, every {stride} step; "
    "the verdict is that of the whole sequence.",
    "sampled": "Of the {length} steps every {stride} step is shown, {count} in all; "
    "their values are exact, not averages.",
    "begins": "At lag 0 no path leads from {earlier} to {later}: horizon and rate are measured from lag {lag}, "
    "the first with one.",
    "part": "{letter} of layer {layer}",
}
JACOBIAN = {
    "direct": "Of a nudge to {wrt}, {of} feels at most {size}, in one hop.",
    "direct.all": "Of a nudge to {wrt}, {of} feels at most {size}, in one hop; "
    "all {count} directions arrive at a tenth of that or more.",
    "direct.one": "Of a nudge to {wrt}, {of} feels at most {size}, in one hop; "
    "1 of {count} directions arrives at a tenth of that or more.",
    "direct.some": "Of a nudge to {wrt}, {of} feels at most {size}, in one hop; "
    "{near} of {count} directions arrive at a tenth of that or more.",
    "identity": "{of} against itself: no factor lies between, so the product is the identity.",
    "no_path": "Of a nudge to {wrt}, {of} feels exactly nothing: no path leads from one to the other.",
    "dies": "Of a nudge to {wrt}, {of} feels exactly nothing: after step {step} the product is zero.",
    "frobenius": "Of a nudge to {wrt}, {of} feels {size} over all entries together, after {factors}.",
    "spectral": "Of a nudge to {wrt}, {of} feels at most {size}, after {factors}.",
    "spectral.all": "Of a nudge to {wrt}, {of} feels at most {size}, after {factors}; "
    "all {count} directions arrive at a tenth of that or more.",
    "spectral.one": "Of a nudge to {wrt}, {of} feels at most {size}, after {factors}; "
    "1 of {count} directions arrives at a tenth of that or more.",
    "spectral.some": "Of a nudge to {wrt}, {of} feels at most {size}, after {factors}; "
    "{near} of {count} directions arrive at a tenth of that or more.",
    "within": "Of a nudge to {wrt}, {of} feels at most {size}, within the step.",
    "within.frobenius": "Of a nudge to {wrt}, {of} feels {size} over all entries together, within the step.",
    "within.all": "Of a nudge to {wrt}, {of} feels at most {size}, within the step; "
    "all {count} directions arrive at a tenth of that or more.",
    "within.one": "Of a nudge to {wrt}, {of} feels at most {size}, within the step; "
    "1 of {count} directions arrives at a tenth of that or more.",
    "within.some": "Of a nudge to {wrt}, {of} feels at most {size}, within the step; "
    "{near} of {count} directions arrive at a tenth of that or more.",
    "all_of_it": "all of it",
    "empty": "exactly zero: nothing to draw",
}
METRICS = {
    "no_matrix": "{name}: {model} has no recurrent matrix.",
    "no_bound": "{name}: in {model} the recurrent matrix alone does not bound the gradient.",
    "verdict": "verdict: there is only one lag with a path, so nothing to compare.",
    "rate.one_lag": "rate: there is only one lag with a path, so nothing to compare.",
    "rate": "rate: the typical product is exactly zero: the rate is −∞ and is compared as that.",
    "log10_norm": "log10_norm: the product is exactly zero: its logarithm is −∞ and is compared as that.",
    "sigma_max": "sigma_max: {model} has a recurrent matrix for every gate, "
    "and none of them alone bounds its gradient.",
    "spectral_radius": "spectral_radius: {model} has a recurrent matrix for every gate, "
    "and none of them alone bounds its gradient.",
}
SATURATION = {
    "equal": "Every {one} is {value}: all units and steps are treated alike here.",
    "open": "No {one} is saturated: all are at least a tenth of the largest this activation can give ({most}).",
    "saturated": "Saturated: {low} of the {many} are below a tenth of the largest this activation can give ({most}).",
    "saturated.closed": "Saturated: {low} of the {many} are below a tenth of the largest this activation can give "
    "({most}); {closed} are exactly 0 and let nothing through.",
    "gates.between": "No {one} is saturated: all lie between 0.1 and 0.9.",
    "gates": "Left-saturated: {low} of the {many} are below 0.1 and keep little. Right-saturated: {high} are above 0.9 "
    "and keep nearly everything.",
    "alike": "Units and steps hardly differ: the mean {one} is {mean}.",
    "step": "The mean {one} is {mean}; step {narrowest} is the narrowest with {least}.",
    "unit": "The mean {one} is {mean}; unit {narrowest} is the narrowest with {least}.",
}
SHORTCUTS = {
    "no_cell": "Only an LSTM has a cell beside its output, and shortcuts that leave it out: choose model=lstm.",
    "one_step": "With one step there is nothing to compare.",
    "blocks": "After {steps} ∂h_t/∂h_k has the size {truth_h}; the product of its h-blocks says {blocks}.",
    "blocks.close": "After {steps} ∂h_t/∂h_k has the size {truth_h}; "
    "the product of its h-blocks says {blocks}, close to it.",
    "blocks.much": "After {steps} ∂h_t/∂h_k has the size {truth_h}; "
    "the product of its h-blocks says {blocks}, {gap_blocks} times too much.",
    "blocks.little": "After {steps} ∂h_t/∂h_k has the size {truth_h}; "
    "the product of its h-blocks says {blocks}, {gap_blocks} times too little.",
    "gates": "∂c_t/∂c_k has {truth_c}; the forget gates alone say {gates}.",
    "gates.close": "∂c_t/∂c_k has {truth_c}; the forget gates alone say {gates}, close to it.",
    "gates.much": "∂c_t/∂c_k has {truth_c}; the forget gates alone say {gates}, {gap_gates} times too much.",
    "gates.little": "∂c_t/∂c_k has {truth_c}; the forget gates alone say {gates}, {gap_gates} times too little.",
    "held_c": "With h_k held fixed, ∂c_t/∂c_k has {held_c}.",
    "held_c.close": "With h_k held fixed, ∂c_t/∂c_k has {held_c}, close to it.",
    "held_c.much": "With h_k held fixed, ∂c_t/∂c_k has {held_c}, {gap_held_c} times too much.",
    "held_c.little": "With h_k held fixed, ∂c_t/∂c_k has {held_c}, {gap_held_c} times too little.",
    "empty": "no cell, no shortcut",
}
SPECTRUM = {
    "close.steps": "After {steps} the directions have drawn so close that float64 cannot tell them apart.",
    "close.within": "Within one step the directions have drawn so close that float64 cannot tell them apart.",
    "zero.steps": "After {steps} every direction is exactly zero.",
    "zero.within": "Within one step every direction is exactly zero.",
    "only.steps": "After {steps} the only direction has the gain {best}.",
    "only.within": "Within one step the only direction has the gain {best}.",
    "one.steps": "After {steps} the best of {count} directions has the gain {best}, "
    "and it alone arrives within a thousandth of it.",
    "one.within": "Within one step the best of {count} directions has the gain {best}, "
    "and it alone arrives within a thousandth of it.",
    "one.worst.steps": "After {steps} the best of {count} directions has the gain {best}, "
    "and it alone arrives within a thousandth of it; the worst has {worst}.",
    "one.worst.within": "Within one step the best of {count} directions has the gain {best}, "
    "and it alone arrives within a thousandth of it; the worst has {worst}.",
    "some.steps": "After {steps} the best of {count} directions has the gain {best}, "
    "and {near} of them arrive within a thousandth of it.",
    "some.within": "Within one step the best of {count} directions has the gain {best}, "
    "and {near} of them arrive within a thousandth of it.",
    "some.worst.steps": "After {steps} the best of {count} directions has the gain {best}, "
    "and {near} of them arrive within a thousandth of it; the worst has {worst}.",
    "some.worst.within": "Within one step the best of {count} directions has the gain {best}, "
    "and {near} of them arrive within a thousandth of it; the worst has {worst}.",
    "exponent": "The largest Lyapunov exponent over this time is {exponent} a step.",
    "singular": "A factor is singular, its determinant exactly zero: the exponents add up to −∞.",
    "uncertain": "Whether a factor is singular is not certain: its determinant is zero within rounding, or too small.",
    "beyond": "Longer lags are left out at this size; a later k or a smaller network shows them.",
    "empty": "exactly zero: nothing to draw",
}
