"""What a cell looks like: the values of one step, which of them enters which, and the derivative along each edge."""
