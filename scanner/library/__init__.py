"""Reference works, and matching a drop against them."""
