"""The chain of one-step Jacobians, its products, and derivatives along a direction."""
