"""How long the path from an input to an output is in every model, beside the gradient that arrives."""
