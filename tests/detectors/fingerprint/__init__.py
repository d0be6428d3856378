"""The tests of the fingerprints."""
