"""Declarations kept as spreadsheets."""
