"""Frobenius and spectral norms of every product in the triangle."""
