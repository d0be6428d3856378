"""What a file says of itself: its kind, its container, its tags and names; nothing is decoded."""
