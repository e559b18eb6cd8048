"""Recurrent networks: layers, gates, activations, initialisations, the readout, one forward pass."""
