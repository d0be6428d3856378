"""What lies inside stills: pages, further pictures, layers, previews and thumbnails.

`readers.py` says who reads which format. `likeness.py` decides whether a small picture shows the large one.
"""
