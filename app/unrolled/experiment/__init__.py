"""An experiment: what a query and somebody's own arrays ask to be computed, and the shared computations."""
