"""One picture against many: hashes and local features, and what speaks for a match."""
