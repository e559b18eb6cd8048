"""Losses, their gradients through time, credit of every pair, and the bias of truncated gradients."""
