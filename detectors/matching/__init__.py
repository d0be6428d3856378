"""Comparing fingerprints: pure, over numbers alone."""
