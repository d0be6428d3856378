"""Faults from outside: hostile files, crashing parsers, full disks."""
