"""Declarations kept as spreadsheets: CSV files and workbooks, read as strictly as the YAML form."""
