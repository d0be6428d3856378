"""Recordings: where a reference recording is heard in a mix."""
