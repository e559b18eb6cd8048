"""The comparison: a grid of influence triangles on one scale, its rows and columns any two fields of the query."""
