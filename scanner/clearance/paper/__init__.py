"""The production's paper: its model, and how it is read from what people wrote."""
