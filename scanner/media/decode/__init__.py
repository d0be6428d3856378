"""From files to pictures and sound: which frames are decoded, and how they are described."""
