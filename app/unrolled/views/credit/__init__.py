"""Which steps the gradient comes from: the contribution of every pair (t, k) to ∂L/∂W_hh."""
