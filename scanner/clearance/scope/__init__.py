"""Which frames of which assets a line of paper means."""
