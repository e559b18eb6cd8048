"""Singular values and Lyapunov exponents of products of many Jacobians."""
