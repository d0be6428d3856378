"""Timelines: three formats read back against known truth, and laid on masters."""
