"""What every view gives: a result with payload, columns and arrays, and a figure."""
