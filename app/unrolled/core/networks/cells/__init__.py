"""The cells, one file each: forward pass, one-step Jacobians, and what makes a step back fast."""
