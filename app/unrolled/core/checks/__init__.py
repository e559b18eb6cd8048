"""Identities that every true derivative obeys, measured on the numbers that are shown."""
