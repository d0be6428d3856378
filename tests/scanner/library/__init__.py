"""The tests of reference works and of matching a drop against them."""
