"""Timelines: which shot sits where in a master, as edit lists say it, and which frames a shot has there."""
