"""How wrong a truncated gradient is at every K."""
