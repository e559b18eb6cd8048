"""What is read off ∂(of)_t/∂(wrt)_k: the triangle, its decay, one Jacobian, its spectrum, saturation."""
