"""Measurements that docs/performance.md quotes. Each makes its own media and prints a table; none is a test."""
