"""A view and a field of the query of a test's own: what one entry is enough for."""
