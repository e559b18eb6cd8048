"""Gradients through time in pure NumPy: networks, their Jacobians, and what the products of these say."""
