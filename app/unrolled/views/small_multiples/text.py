"""What small multiples show, in sentences."""

ACTIVATIONS = {
    "none": "Attention has no activation: there is nothing to choose here.",
    "built_in": "The gates have sigmoid and tanh built in: the activation changes nothing here.",
    "keeps": "With these weights {label} is closest to preserving the gradient ({rate}).",
    "dies": "Under {labels} the gradient is exactly zero (median over t).",
    "dies.all": "Under every activation the gradient is exactly zero (median over t).",
    "loses": "{label} loses most ({rate}).",
    "loses.others": "Of the others {label} loses most ({rate}).",
    "left_out": "Under {labels} the state itself grows out of float64: no picture.",
    "nothing": "With one step there is nothing to compare.",
    "slopes": "No slope is multiplied along time: an output moves with its own input by {most} under {most_label} "
    "and by {least} under {least_label}.",
    "slopes.same": "No slope is multiplied along time: an output moves with its own input by {most} "
    "under {most_label}.",
    "slopes.left_out": "Under {labels} it leaves float64: no picture.",
}
LENGTHS = {
    "steady": "The rate hardly depends on the length: {first_rate} over {first}, {last_rate} over {last}.",
    "changes": "The rate changes with the length: {first_rate} over {first}, {last_rate} over {last}.",
    "product": "From step {t:,} back to step {k:,} the norm changes by a factor of {size}.",
    "dies": "From {label} on the gradient is exactly zero (median over t).",
    "left_out": "From {label} on the state itself grows out of float64: no picture.",
    "nothing": "With one length there is nothing to compare.",
}
MODELS = {
    "own": "Weights of one's own fit their own model only: there is nothing to compare.",
    "no_rate": "There is no rate to compare: the sequence is too short, or every gradient is exactly zero.",
    "rates": "{rates}. Closest to preserving the gradient: {label}.",
    "direct": "Not recurrent: {reaches}.",
    "item": "{label}: {value}",
}
