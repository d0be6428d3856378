"""Small bounded readers for the places of marks that neither exiftool nor ffprobe reads."""
