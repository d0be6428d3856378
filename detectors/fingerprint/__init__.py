"""From small grey pictures to perceptual hashes."""
