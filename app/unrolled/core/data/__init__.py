"""Sequences that drive a network: synthetic, text, series, sunspots, sound."""
