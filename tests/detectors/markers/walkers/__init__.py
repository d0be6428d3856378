"""The small readers of marks that exiftool and ffprobe don't read."""
