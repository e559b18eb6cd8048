"""The unrolled graph of every model: what is drawn, how large it is, which way the gradient goes, where it stands."""
