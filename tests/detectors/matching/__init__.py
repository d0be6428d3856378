"""The tests of what counts as alike."""
