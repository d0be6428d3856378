"""Marks in metadata: the table of rules and what matches it."""
