"""A derivative through time of any model: a product of one-step Jacobians, or a single hop from input to output."""
