"""Walking a drop: names, assets, sequences, kinds and identity."""
