"""The report room: building, storing, showing."""
