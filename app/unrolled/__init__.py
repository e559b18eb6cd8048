"""Unrolled: see how gradients travel back through time in recurrent nets."""

__version__ = "0.4.0"
