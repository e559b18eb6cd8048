"""What the order of a sequence tells, and what can be read back out of the state."""
