"""From small grey pictures and mono sound to what they are known by again."""
