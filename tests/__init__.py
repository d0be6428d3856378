"""Tests mirror the packages; tests/scenarios/ holds stories through the real command."""
