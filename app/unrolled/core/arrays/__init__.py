"""Arrays and what is done to them: types, grids, scaling by powers of two, overflow, counted operations."""
