"""Stretches of films: where a movie runs along a reference film, and how exactly."""
