"""C2PA Content Credentials: what a file claims about its making, and whether that can be believed."""
