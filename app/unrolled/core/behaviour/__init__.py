"""What a triangle or a forward pass says of a network: horizon, rate, attribution, saturation, bounds, paths."""
