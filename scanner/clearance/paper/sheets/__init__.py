"""Declarations kept as spreadsheets: rows of sheets become the document that YAML would have given."""
