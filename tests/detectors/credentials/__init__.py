"""Content Credentials: signing, reading, status, signals."""
