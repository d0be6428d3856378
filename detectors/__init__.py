"""What can be seen in one asset. Knows nothing of drops, paper or reports, and imports nothing from scanner."""
