"""The marks that AI tools leave in metadata, read by a table of rules."""
