"""Models without recurrence: MLP, window and attention, and their direct Jacobians."""
