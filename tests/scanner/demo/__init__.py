"""The demo's builder: what it makes is real, complete and the same each time."""
