"""The media room against real media, whole and broken."""
