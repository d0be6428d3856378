"""Looking at a drop: what is still to be seen, the workers that see it, and what they do."""
