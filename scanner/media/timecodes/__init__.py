"""Where a file says at which timecode it begins and how it counts on, read from the bytes; and which is taken."""
