"""Why the gradient vanishes or explodes, and what would help."""
